/// The committed networks: what train_digits measured when it wrote them still holds of the files, in every arithmetic.
#include "../catch.hpp"

#include <tercet/examples/digits/digits.hpp>
#include <tercet/io/npy/npy.hpp>
#include <tercet/io/onnx/read.hpp>
#include <tercet/models/graph/shipped_contexts.hpp>
#include <tercet/scalars/interval64.hpp>
#include <tercet/scalars/rational.hpp>

#include <sstream>

using namespace tercet;

namespace {

const std::string examples = std::string(TERCET_SOURCE_DIR) + "/examples/";

const digits::Digits& test_images() {
    static const digits::Digits test = digits::split(digits::read(examples + "digits/digits.csv")).test;
    return test;
}

Dims input_shape(const OnnxModel& m) {
    return m.network.graph.nodes[static_cast<std::size_t>(m.network.graph.inputs.at(0))].shape;
}

template <class C>
std::vector<AnyTensor<Parameters<C>>> parameters_over(const OnnxModel& m) {
    std::vector<AnyTensor<Parameters<C>>> list;
    for (const auto& p : m.network.parameters) list.push_back(lift<Parameters<C>>(p));
    return list;
}

/// The only output for test image i, its numbers taken from Float64 without loss.
template <class C>
AnyTensor<C> output(const OnnxModel& m, std::int64_t i) {
    const AnyTensor<Float64> image = test_images().image(i, input_shape(m));
    return interpret<C>(m.network.graph, parameters_over<C>(m), {lift<C>(image)}).at(0);
}

}  // namespace

TEST_CASE("the digits are the 1,797 of scikit-learn") {
    const digits::Digits all = digits::read(examples + "digits/digits.csv");
    REQUIRE(all.size() == 1797);
    std::array<int, digits::classes> count{};
    for (const int label : all.labels) ++count[static_cast<std::size_t>(label)];
    CHECK(count == std::array<int, digits::classes>{178, 182, 177, 183, 181, 182, 181, 179, 174, 180});
    double sum = 0;  // of sixteenths: exact
    for (std::int64_t i = 0; i < all.images.size(); ++i) sum += all.images[i];
    CHECK(sum * digits::shades == 561718);
}

TEST_CASE("a digits file that is not one says where") {
    using Catch::Matchers::ContainsSubstring;
    const auto message = [](const std::string& text) -> std::string {
        std::istringstream file(text);
        try {
            digits::parse(file, "d.csv");
        } catch (const FormatError& e) {
            return e.what();
        }
        return "";
    };
    std::string row;
    for (int k = 0; k < digits::pixels; ++k) row += "16,";
    CHECK(message("header\n" + row + "9\r\n" + row + "0\n").empty());
    CHECK_THAT(message("header\n" + row + "9\n1,2,3\n"),
               ContainsSubstring("d.csv, line 3: expected 65 numbers, got 3"));
    CHECK_THAT(message("header\n" + row + "9,9\n"), ContainsSubstring("line 2: expected 65 numbers, got 66"));
    CHECK_THAT(message("header\n" + row + "10\n"),
               ContainsSubstring("line 2, column 65: expected an integer from 0 to 9, got \"10\""));
    CHECK_THAT(message("header\n17," + row + "\n"),
               ContainsSubstring("line 2, column 1: expected an integer from 0 to 16, got \"17\""));
    CHECK_THAT(message("header\n1.5," + row + "\n"), ContainsSubstring("got \"1.5\""));
    CHECK_THROWS_WITH(digits::split(test_images()), ContainsSubstring("expected 1797 images, got 360"));
    CHECK_THROWS_AS(digits::read("/nonexistent/digits.csv"), FormatError);
}

TEST_CASE("the trained CNN names at least 95% of the test images") {
    const OnnxModel m = read_onnx(examples + "models/digits_cnn.onnx");
    for (const auto& p : m.parameters) CHECK(p.type == "float32");
    int right = 0;
    for (std::int64_t i = 0; i < test_images().size(); ++i) {
        const auto y = output<Float64>(m, i);
        REQUIRE(y.size() == digits::classes);
        right += std::max_element(y.data.begin(), y.data.end()) - y.data.begin() ==
                 test_images().labels[static_cast<std::size_t>(i)];
    }
    CHECK(right >= 342);  // 345 of 360 when it was trained
}

TEST_CASE("the trained autoencoder reconstructs the test images") {
    const OnnxModel m = read_onnx(examples + "models/digits_autoencoder.onnx");
    for (const auto& p : m.parameters) CHECK(p.type == "float32");
    double sum = 0;
    for (std::int64_t i = 0; i < test_images().size(); ++i) {
        const auto x = test_images().image(i), y = output<Float64>(m, i);
        REQUIRE(y.size() == digits::pixels);
        for (std::size_t k = 0; k < digits::pixels; ++k) sum += (x.data[k] - y.data[k]) * (x.data[k] - y.data[k]);
    }
    const double mean = sum / static_cast<double>(test_images().size() * digits::pixels);
    CAPTURE(mean);
    CHECK(mean < 0.016);  // 0.0136 when it was trained; the mean training image alone, for every image, gives 0.0737
}

TEST_CASE("interval outputs of the trained networks contain the exact ones") {
    for (const char* name : {"digits_cnn.onnx", "digits_autoencoder.onnx"}) {
        const OnnxModel m = read_onnx(examples + "models/" + name);
        for (std::int64_t i = 0; i < test_images().size(); i += 40) {
            CAPTURE(name, i);
            const auto exact = output<Rational>(m, i);
            const auto enclosure = output<Interval64>(m, i);
            REQUIRE(exact.dims == enclosure.dims);
            int outside = 0;
            double widest = 0;
            for (std::size_t k = 0; k < exact.data.size(); ++k) {
                const double lower = Interval64::lower(enclosure.data[k]), upper = Interval64::upper(enclosure.data[k]);
                outside += exact.data[k] < Rational::exact(lower) || Rational::exact(upper) < exact.data[k];
                widest = std::max(widest, upper - lower);
            }
            CHECK(outside == 0);
            CHECK(widest < 1e-12);  // point inputs: not contained by being vacuous
        }
    }
}

TEST_CASE("the sample images are those of the test set") {
    for (const auto& [index, label] : {std::pair{319, 3}, std::pair{36, 6}}) {
        const std::string name = "sample_" + std::to_string(index) + "_label_" + std::to_string(label) + ".npy";
        const NpyArray sample = read_npy(examples + "digits/" + name);
        CHECK(sample.dims == Dims{1, 1, digits::side, digits::side});
        CHECK(sample.values == test_images().image(index).data);
        CHECK(test_images().labels[static_cast<std::size_t>(index)] == label);
    }
}
