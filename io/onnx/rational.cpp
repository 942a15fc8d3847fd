#include <tercet/io/onnx/rational.hpp>
#include <tercet/scalars/rational.hpp>

#include <algorithm>

namespace tercet::onnx_io {

namespace {

/// Whole numbers as the sum of constants of 53 bits each.
Term whole_numbers(const Call& call, const std::string& suffix, const Dims& dims, std::vector<Integer> rest) {
    Term sum;
    for (int piece = 0; !sum || std::ranges::any_of(rest, [](const Integer& x) { return x != 0; }); ++piece) {
        const std::string name = suffix + std::to_string(piece);
        std::vector<double> part;
        for (Integer& x : rest) {
            const Integer size = abs(x);
            const unsigned long low = size == 0 || msb(size) < 53 ? 0 : static_cast<unsigned long>(msb(size)) - 52;
            const Integer leading = (size >> low) << low;  // 53 bits
            const double d = leading.convert_to<double>();
            part.push_back(x.sign() < 0 ? -d : d);
            x = x.sign() < 0 ? Integer(x + leading) : Integer(x - leading);
        }
        const Term next = call.stored("." + name, dims, std::move(part));
        sum = sum ? Compose{call}.plus(sum, next, "/" + name) : next;
    }
    return sum;
}

}  // namespace

Term exact_numbers(const Call& call, const std::string& suffix, const Dims& dims,
                   const std::vector<RationalNumber>& numbers) {
    std::vector<double> doubles;
    for (const auto& q : numbers) {
        const double d = q.convert_to<double>();
        if (Rational::exact(d) != q) break;
        doubles.push_back(d);
    }
    if (doubles.size() == numbers.size()) return call.stored("." + suffix, dims, std::move(doubles));
    std::vector<Integer> above, below;
    for (const auto& q : numbers) {
        above.push_back(numerator(q));
        below.push_back(denominator(q));
    }
    return Compose{call}.over(whole_numbers(call, suffix + "_numerator", dims, std::move(above)),
                              whole_numbers(call, suffix + "_denominator", dims, std::move(below)), "/" + suffix);
}

}  // namespace tercet::onnx_io
