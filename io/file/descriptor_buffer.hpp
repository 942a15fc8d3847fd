/// An output buffer over a file descriptor that remembers why writing failed, which the standard streams do not.
#pragma once

#include <array>
#include <cstddef>
#include <streambuf>

namespace tercet {

/// Writes to the descriptor whenever 64 KiB are full, and on a flush. After a failure it takes nothing more: reason()
/// stays the first errno. Waits where the descriptor does not block (a pipe that another program left so).
class DescriptorBuffer : public std::streambuf {
public:
    explicit DescriptorBuffer(int descriptor) : descriptor_(descriptor) {
        setp(bytes_.data(), bytes_.data() + bytes_.size());
    }
    DescriptorBuffer(const DescriptorBuffer&) = delete;
    DescriptorBuffer& operator=(const DescriptorBuffer&) = delete;
    ~DescriptorBuffer() override;  // closes, and loses what was not flushed

    /// 0: everything so far was written.
    int reason() const { return reason_; }

    /// Flushes and closes; some file systems report an error only now. `durable`: waits until a disk has it.
    void close(bool durable);

protected:
    int_type overflow(int_type c) override;
    int sync() override;

private:
    void fail(int reason) {
        if (reason_ == 0) reason_ = reason;
    }

    int descriptor_, reason_ = 0;
    std::array<char, std::size_t{1} << 16> bytes_;
};

}  // namespace tercet
