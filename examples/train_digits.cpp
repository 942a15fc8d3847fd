/// train_digits <digits.csv> <directory>: trains a Cnn2 and an Autoencoder on the 8x8 digits and writes digits_cnn.onnx
/// and digits_autoencoder.onnx.
///
/// Mini-batch gradient descent with momentum, v <- m v + g, p <- p - r v, over the models' own backward passes in
/// Float64. Every draw comes from one fixed seed and Float64 promises its bits, so the files are the same on every
/// machine. The trained weights are rounded to float32, which is what the files hold; the results printed last are
/// those of the rounded models.
#include <tercet/examples/digits/digits.hpp>
#include <tercet/io/onnx/write.hpp>
#include <tercet/layers/loss.hpp>
#include <tercet/models/graph_of.hpp>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <random>
#include <span>

namespace {

using namespace tercet;
using digits::Digits;

constexpr CNN2Config config{.c1 = 8, .c2 = 16, .out = digits::classes};
using Cnn = Cnn2<Float64, 1, digits::side, digits::side, config>;
constexpr int hidden = 16;
using Coder = Autoencoder<Float64, digits::pixels, hidden>;

/// std::uniform_real_distribution and std::shuffle differ between standard libraries; the engine does not.
struct Random {
    std::mt19937_64 engine{20240607};

    /// Uniform in [-1, 1), a multiple of 2^-52: every step is exact.
    double symmetric() { return static_cast<double>(engine() >> 11) * 0x1p-52 - 1.0; }

    /// Fisher and Yates; the bias of the remainder, below 2^-50, does not matter.
    void shuffle(std::vector<std::int64_t>& order) {
        for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[engine() % i]);
    }
};

/// Weights uniform in [-b, b) with b = sqrt(6 / (fan-in + fan-out)) (Glorot and Bengio 2010), biases 0.
template <class Model>
Model initial(Random& random) {
    Model model;
    zip_parameters(
        [&](auto& t) {
            if (t.dims().size() == 1) return;
            const std::int64_t taps = t.size() / (t.dim(0) * t.dim(1));  // 1 but for a convolution
            const double bound = std::sqrt(6.0 / static_cast<double>(taps * (t.dim(0) + t.dim(1))));
            for (std::int64_t i = 0; i < t.size(); ++i) t[i] = Float64::product(bound, random.symmetric());
        },
        model);
    return model;
}

/// The decoder starts as the encoder transposed, which points roughly back at the input: fewer hidden units die in the
/// first steps.
Coder initial_coder(Random& random) {
    Coder coder = initial<Coder>(random);
    for (int i = 0; i < digits::pixels; ++i)
        for (int j = 0; j < hidden; ++j) coder.decoder_weights(i, j) = coder.encoder_weights(j, i);
    return coder;
}

/// The model with every parameter rounded to the nearest float32.
template <class Model>
Model rounded(Model model) {
    zip_parameters(
        [](auto& t) {
            for (std::int64_t i = 0; i < t.size(); ++i) t[i] = static_cast<double>(static_cast<float>(t[i]));
        },
        model);
    return model;
}

/// Loss summed over a batch, and the gradient of its mean.
template <class Model>
struct Slope {
    double loss;
    Model gradient;
};

Slope<Cnn> slope(const Cnn& model, const Digits& batch) {
    const auto logits = model(batch.images);
    const double share = Float64::ratio(1, batch.size());
    auto cotangent = logits;
    double loss = 0;
    for (std::int64_t i = 0; i < batch.size(); ++i) {
        const int label = batch.labels[static_cast<std::size_t>(i)];
        loss += cross_entropy<Float64>(logits.view()[i], label);
        const auto row = cross_entropy_gradient<Float64>(logits.view()[i], label);
        for (int k = 0; k < digits::classes; ++k) cotangent(i, k) = Float64::product(row[k], share);
    }
    return {loss, model.backward(batch.images, cotangent).layer};
}

/// An image as the autoencoder takes it.
Tensor<Float64, digits::pixels> flat(const Digits& batch, std::int64_t i) {
    return {{digits::pixels}, batch.image(i).data};
}

Slope<Coder> slope(const Coder& model, const Digits& batch) {
    Slope<Coder> sum{0, zero_like(model)};
    for (std::int64_t i = 0; i < batch.size(); ++i) {
        const auto x = flat(batch, i), y = model(x);
        sum.loss += squared_error<Float64>(y.view(), x.view());
        const Tensor<Float64, digits::pixels> cotangent(squared_error_gradient<Float64>(y.view(), x.view()));
        sum.gradient = sum.gradient + model.backward(x, cotangent).layer;
    }
    sum.gradient = scale(std::move(sum.gradient), Float64::ratio(1, batch.size()));
    return sum;
}

/// How many images the largest logit names rightly.
int right(const Cnn& model, const Digits& data) {
    const auto logits = model(data.images);
    int count = 0;
    for (std::int64_t i = 0; i < data.size(); ++i) {
        int best = 0;
        for (int k = 1; k < digits::classes; ++k)
            if (logits(i, k) > logits(i, best)) best = k;
        count += best == data.labels[static_cast<std::size_t>(i)];
    }
    return count;
}

/// The mean over the images of the reconstruction error, itself a mean over pixels.
double mean_error(const Coder& model, const Digits& data) {
    double sum = 0;
    for (std::int64_t i = 0; i < data.size(); ++i) sum += model.reconstruction_error(flat(data, i));
    return sum / static_cast<double>(data.size());
}

void print_test(const Cnn& model, const Digits& test) {
    const int count = right(model, test);
    std::printf("test accuracy %.2f%% (%d of %d)\n", 100.0 * count / static_cast<double>(test.size()), count,
                static_cast<int>(test.size()));
}
void print_test(const Coder& model, const Digits& test) {
    std::printf("test reconstruction error %.6f\n", mean_error(model, test));
}

struct Plan {
    int epochs, batch;
    double rate, momentum, decay;  // the rate falls linearly to 0; decay: weight decay
};

template <class Model>
Model train(Model model, const digits::Split& data, const Plan& plan, Random& random) {
    Model velocity = zero_like(model);
    std::vector<std::int64_t> order;
    for (std::int64_t i = 0; i < data.train.size(); ++i) order.push_back(i);

    for (int epoch = 0; epoch < plan.epochs; ++epoch) {
        const double rate = plan.rate * (static_cast<double>(plan.epochs - epoch) / plan.epochs);
        double loss = 0;
        random.shuffle(order);
        for (std::span<const std::int64_t> rest(order); !rest.empty();) {
            const std::size_t n = std::min(rest.size(), static_cast<std::size_t>(plan.batch));
            auto [batch_loss, gradient] = slope(model, data.train.at(rest.first(n)));
            rest = rest.subspan(n);
            loss += batch_loss;
            velocity = scale(std::move(velocity), plan.momentum) + gradient + scale(model, plan.decay);
            model = std::move(model) + scale(velocity, -rate);
        }
        std::printf("epoch %2d of %d, mean loss %.5f, ", epoch + 1, plan.epochs,
                    loss / static_cast<double>(data.train.size()));
        print_test(model, data.test);
    }
    return model;
}

/// Rounds, tests and writes a model.
template <class Model>
void finish(const Model& trained, const Digits& test, const std::filesystem::path& file) {
    const Model model = rounded(trained);
    std::printf("rounded to float32, %lld parameters: ", static_cast<long long>(count_parameters(model)));
    print_test(model, test);
    write_onnx(graph_of(model), params_of(model), file);
    std::printf("wrote %s\n\n", file.string().c_str());
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: train_digits <digits.csv> <directory for the trained models>\n");
        return 2;
    }
    try {
        const digits::Split data = digits::split(digits::read(argv[1]));
        const std::filesystem::path directory = argv[2];
        std::filesystem::create_directories(directory);
        Random random;
        std::printf("CNN, cross entropy\n");
        finish(train(initial<Cnn>(random), data,
                     {.epochs = 40, .batch = 16, .rate = 0.05, .momentum = 0.9, .decay = 5e-3}, random),
               data.test, directory / "digits_cnn.onnx");
        std::printf("Autoencoder 64-16-64, squared error\n");
        finish(train(initial_coder(random), data,
                     {.epochs = 30, .batch = 16, .rate = 0.003, .momentum = 0.9, .decay = 0}, random),
               data.test, directory / "digits_autoencoder.onnx");
    } catch (const std::exception& e) {
        std::fprintf(stderr, "train_digits: %s\n", e.what());
        return 1;
    }
}
