#include <tercet/io/file/descriptor_buffer.hpp>

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace tercet {

DescriptorBuffer::~DescriptorBuffer() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void DescriptorBuffer::close(bool durable) {
    sync();
    if (durable && ::fsync(descriptor_) != 0 && errno != EINVAL && errno != EROFS)
        fail(errno);  // EINVAL: a pipe, which has no disk
    if (::close(descriptor_) != 0) fail(errno);
    descriptor_ = -1;
}

DescriptorBuffer::int_type DescriptorBuffer::overflow(int_type c) {
    if (sync() != 0) return traits_type::eof();
    return traits_type::eq_int_type(c, traits_type::eof()) ? traits_type::not_eof(c)
                                                           : sputc(traits_type::to_char_type(c));
}

int DescriptorBuffer::sync() {
    for (const char* at = pbase(); reason_ == 0 && at != pptr();) {
        const auto written = ::write(descriptor_, at, static_cast<std::size_t>(pptr() - at));
        pollfd ready{descriptor_, POLLOUT, 0};
        if (written >= 0) at += written;
        else if (errno == EAGAIN) ::poll(&ready, 1, -1);
        else if (errno != EINTR) fail(errno);
    }
    setp(bytes_.data(), bytes_.data() + bytes_.size());
    return reason_ == 0 ? 0 : -1;
}

}  // namespace tercet
