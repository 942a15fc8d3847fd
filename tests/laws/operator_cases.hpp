/// An example of every operator that computes.
#pragma once

#include <tercet/models/graph/infer.hpp>
#include <tercet/models/operators/list.hpp>

#include <string>
#include <vector>

namespace tercet::testing {

struct Case {
    std::string name;
    Operator op;
    std::vector<Dims> operands;
    Dims stated{};
};

inline const Pool2dWindow window{2, 2, {}, false, false};

/// Every operator that computes.
inline std::vector<Case> cases() {
    std::vector<Case> all{
        {"Gemm", op::Gemm{false, true, 2, -1}, {{1, 3}, {2, 3}, {2}}},
        {"MatMul", op::MatMul{}, {{2, 3}, {3, 2}}},
        {"MatMul of one by many", op::MatMul{}, {{1, 3}, {2, 3, 2}}},
        {"MatMul of many by many", op::MatMul{}, {{2, 1, 2, 2}, {3, 2, 1}}},
        {"Negate", op::Negate{}, {{3}}},
        {"Abs", op::Abs{}, {{8}}},
        {"Relu", op::Relu{}, {{8}}},
        {"LeakyRelu", op::LeakyRelu{0.25}, {{8}}},
        {"ThresholdedRelu", op::ThresholdedRelu{{1}}, {{8}}},
        {"HardSigmoid", op::HardSigmoid{{0.25, 0.5}}, {{8}}},
        {"HardSwish", op::HardSwish{}, {{8}}},
        {"Softsign", op::Softsign{}, {{8}}},
        {"Reciprocal", op::Reciprocal{}, {{8}}},
        {"Sign", op::Sign{}, {{8}}},
        {"Floor", op::Floor{}, {{8}}},
        {"Ceil", op::Ceil{}, {{8}}},
        {"Round", op::Round{}, {{8}}},
        {"Sigmoid", op::Sigmoid{}, {{3}}},
        {"Tanh", op::Tanh{}, {{3}}},
        {"Exp", op::Exp{}, {{3}}},
        {"Log", op::Log{}, {{3}}},
        {"Sqrt", op::Sqrt{}, {{3}}},
        {"Elu", op::Elu{{1}}, {{3}}},
        {"Selu", op::Selu{{2, 1}}, {{3}}},
        {"Celu", op::Celu{{1}}, {{3}}},
        {"Softplus", op::Softplus{}, {{3}}},
        {"Gelu", op::Gelu{}, {{3}}},
        {"GeluTanh", op::GeluTanh{}, {{3}}},
        {"Mish", op::Mish{}, {{3}}},
        {"Swish", op::Swish{{1}}, {{3}}},
        {"Erf", op::Erf{}, {{3}}},
        {"Sin", op::Sin{}, {{3}}},
        {"Cos", op::Cos{}, {{3}}},
        {"Tan", op::Tan{}, {{3}}},
        {"Asin", op::Asin{}, {{3}}},
        {"Acos", op::Acos{}, {{3}}},
        {"Atan", op::Atan{}, {{3}}},
        {"Sinh", op::Sinh{}, {{3}}},
        {"Cosh", op::Cosh{}, {{3}}},
        {"Asinh", op::Asinh{}, {{3}}},
        {"Acosh", op::Acosh{}, {{3}}},
        {"Atanh", op::Atanh{}, {{3}}},
        {"Softmax", op::Softmax{0}, {{3}}},
        {"Conv", op::Conv{}, {{1, 1, 3, 3}, {2, 1, 2, 2}, {2}}},
        {"MaxPool", op::MaxPool{window}, {{1, 1, 3, 3}}},
        {"AveragePool", op::AveragePool{window}, {{1, 1, 3, 3}}},
        {"BatchNormalization", op::BatchNormalization{1e-5}, {{1, 2}, {2}, {2}, {2}, {2}}},
        {"Reshape", op::Reshape{}, {{4}}, {2, 2}},
        {"Rearrange", op::Rearrange{{{0, 2, -1, 3}, {-1, 0, 0, 1}, {1, 0, 0, 2}}}, {{3}, {1}}, {6}},
        {"ReduceSum", op::Reduce{{0}, false}, {{4}}, {}},
        {"ReduceMean", op::Reduce{{0}, true}, {{4}}, {}},
        {"IntegerPower", op::IntegerPower{{3}}, {{8}}},
        {"Less", op::Compare{op::Compare::Relation::less}, {{4}, {4}}},
        {"Equal", op::Compare{op::Compare::Relation::equal}, {{4}, {4}}},
        {"Select", op::Select{}, {{4}, {4}, {4}}},
        {"RowMaximum", op::RowMaximum{1}, {{3}}},
        {"RowArgMaximum", op::RowArgMaximum{1}, {{5}}},
        {"RowTop", op::RowTop{2, true, false}, {{5}}},
        {"RowTop places", op::RowTop{2, true, true}, {{5}}},
        {"MaxPoolPlaces", op::MaxPoolPlaces{window}, {{1, 1, 3, 3}}},
        {"ConvTranspose", op::ConvTranspose{{}, 1, 3, 3}, {{1, 2, 2, 2}, {2, 1, 2, 2}, {1}}},
        {"ConvTranspose in groups", op::ConvTranspose{{2, 1, 1, 0, 0, 1, 1, 2}, 2, 6, 3}, {{1, 4, 3, 2}, {4, 1, 3, 2}}},
    };
    for (const auto binary : {Binary::add, Binary::subtract, Binary::multiply, Binary::divide, Binary::max})
        all.push_back({to_string(binary), op::Elementwise{binary}, {{4}, {4}}});
    return all;
}

}  // namespace tercet::testing
