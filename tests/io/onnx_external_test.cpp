/// Numbers beside the model: what torch's exporter writes since 2.9, and what a hostile file may ask for.
#include "catch.hpp"
#include "messages.hpp"
#include "onnx_models.hpp"

#include <cstring>

using namespace tercet;
using namespace onnx_models;

namespace {

std::string little_endian(const Reals& values) {
    std::string bytes(values.size() * 4, '\0');
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto x = static_cast<float>(values[i]);
        std::memcpy(bytes.data() + 4 * i, &x, 4);
    }
    return bytes;
}

void entry(onnx::TensorProto& t, const std::string& key, const std::string& value) {
    auto& e = *t.add_external_data();
    e.set_key(key);
    e.set_value(value);
}

/// small_net with W and b in the named file.
onnx::ModelProto external(const std::string& location, const std::string& offset = "8",
                          const std::string& length = "24") {
    auto m = small_net();
    for (auto& t : *m.mutable_graph()->mutable_initializer()) {
        t.clear_float_data();
        t.set_data_location(onnx::TensorProto::EXTERNAL);
        entry(t, "location", location);
        entry(t, "offset", t.name() == "W" ? offset : "0");
        entry(t, "length", t.name() == "W" ? length : "8");
    }
    return m;
}

const std::string data = little_endian({0.5, -1, 1, -2, 0.5, 3, 0.25, -1});

std::string refusal(const TemporaryFolder& s, const onnx::ModelProto& m) {
    return message<Error>([&] { read_onnx(s.file("m.onnx", m.SerializeAsString())); });
}

}  // namespace

TEST_CASE("external data beside the model") {
    const TemporaryFolder s;
    s.file("m.onnx.data", data);
    CHECK(run(read_onnx(s.file("m.onnx", external("m.onnx.data").SerializeAsString())), {4, 1, -2}) ==
          Reals{1.5, 13.25});
    auto m = external("./m.onnx.data");  // no length: all that follows
    m.mutable_graph()->mutable_initializer(0)->mutable_external_data()->RemoveLast();
    CHECK(run(read_onnx(s.file("m.onnx", m.SerializeAsString())), {4, 1, -2}) == Reals{1.5, 13.25});
    std::filesystem::create_directory(s / "weights");
    s.file("weights/w", data);
    CHECK(run(read_onnx(s.file("m.onnx", external("weights/w").SerializeAsString())), {4, 1, -2}) == Reals{1.5, 13.25});
    auto constant = small_net();  // in a node's attribute
    constant.mutable_graph()->mutable_initializer()->DeleteSubrange(0, 1);
    auto& value = attribute(node(constant, "Constant", {}, "W"), "value", onnx::AttributeProto::TENSOR);
    *value.mutable_t() = external("m.onnx.data").graph().initializer(0);
    CHECK(run(read_onnx(s.file("m.onnx", constant.SerializeAsString())), {4, 1, -2}) == Reals{1.5, 13.25});
}

TEST_CASE("external data that are not there, too short, or elsewhere") {
    const TemporaryFolder s;
    s.file("m.onnx.data", data);
    const std::string at = "m.onnx: initializer 'W': ";
    CHECK(refusal(s, external("absent")) ==
          at + "its numbers lie in 'absent' (external data), and there is no such file beside the model");
    CHECK(refusal(s, external("m.onnx.data", "16")).find("has 32 bytes, not the 24 from 16 on") != std::string::npos);
    CHECK(refusal(s, external("m.onnx.data", "18446744073709551615")).find("has 32 bytes") != std::string::npos);
    CHECK(refusal(s, external("m.onnx.data", "8", "18446744073709551615")).find("has 32 bytes") != std::string::npos);
    CHECK(refusal(s, external("m.onnx.data", "-8")) ==
          at + "its external data have offset '-8', which is no number of bytes");
    CHECK(refusal(s, external("m.onnx.data", "8", "20")) == at + "shape [2, 3] needs 24 bytes, the file holds 20");
    CHECK(refusal(s, external("")) == at + "its numbers lie in another file (external data), which it does not name");
    std::filesystem::create_directory(s / "folder");
    CHECK(refusal(s, external("folder")) == at + "its numbers lie in 'folder', which is no regular file");
    CHECK(refusal(s, external("/dev/zero")) ==
          at + "its numbers lie in '/dev/zero', which is no file below the model's folder; only those are read");
    for (const char* place : {"../m.onnx.data", "folder/../../m.onnx.data", "..", "..\\m.onnx.data"})
        CHECK(refusal(s, external(place)).find("which is no file below the model's folder") != std::string::npos);
    std::filesystem::create_directory(s / "model");
    const auto below = [&](const std::string& location) {
        return message<Error>([&] { read_onnx(s.file("model/m.onnx", external(location).SerializeAsString())); });
    };
    std::filesystem::create_symlink(s / "m.onnx.data", s / "model/file");
    std::filesystem::create_directory_symlink(std::string(s / "."), s / "model/up");
    for (const char* place : {"file", "up/m.onnx.data"})
        CHECK(below(place) == at + "its numbers lie in '" + place +
                                  "', a link that leads out of the model's folder; only files below it are read");
    s.file("model/w", data);
    std::filesystem::create_symlink("w", s / "model/inner");
    CHECK(run(read_onnx(s.file("model/m.onnx", external("inner").SerializeAsString())), {4, 1, -2}) ==
          Reals{1.5, 13.25});
}

TEST_CASE("a model that is a link has its data beside it or beside what it leads to, as download caches have them") {
    const TemporaryFolder s;
    for (const char* folder : {"blobs", "snapshot", "elsewhere"}) std::filesystem::create_directory(s / folder);
    s.file("blobs/1a", external("w").SerializeAsString());
    s.file("blobs/2b", data);
    std::filesystem::create_symlink("../blobs/1a", s / "snapshot/m.onnx");
    std::filesystem::create_symlink("../blobs/2b", s / "snapshot/w");
    CHECK(run(read_onnx(s / "snapshot/m.onnx"), {4, 1, -2}) == Reals{1.5, 13.25});
    std::filesystem::remove(s / "snapshot/w");
    std::filesystem::create_symlink("2b", s / "blobs/w");
    CHECK(run(read_onnx(s / "snapshot/m.onnx"), {4, 1, -2}) == Reals{1.5, 13.25});
    s.file("elsewhere/w", data);
    std::filesystem::create_symlink("../elsewhere/w", s / "snapshot/w");
    CHECK(message<UnsupportedOp>([&] {
              read_onnx(s / "snapshot/m.onnx");
          }).find("a link that leads out of the model's folder") != std::string::npos);
}

TEST_CASE("a Git LFS pointer in place of external data is named") {
    const TemporaryFolder s;
    s.file("m.onnx.data", "version https://git-lfs.github.com/spec/v1\noid sha256:0123456789abcdef\nsize 4096\n");
    const std::string said = refusal(s, external("m.onnx.data"));
    CHECK(said.find("m.onnx: initializer 'W': ") == 0);
    CHECK(said.find("is a Git LFS pointer, not the file of 4096 bytes") != std::string::npos);
}
