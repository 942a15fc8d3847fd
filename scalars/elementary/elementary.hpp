/// exp, log, tanh and the logistic function of one double, rounded down, up, or to nearest; proofs in elementary.cpp.
///
/// f_down(x) <= f(x) <= f_up(x). For exp, log and tanh these are the two tightest doubles; for sigmoid each is the
/// tightest or, should f(x) lie within a relative 2^-124 of a double, its neighbour. f_nearest is correctly rounded,
/// ties to even, subnormal results included. Results do not depend on MXCSR, compiler or machine. A call costs some
/// microseconds: MPFR computes it.
///
/// Edge cases: at -inf and +inf the limit, exactly (exp_down(inf) = inf: the end of an unbounded interval). Overflow:
/// the largest finite double down, inf up and to nearest; underflow: 0 down, 2^-1074 up. log(0) = -inf. NaN, and log x
/// for x < 0, give NaN.
#pragma once

namespace tercet {

double exp_down(double x);
double exp_up(double x);
double log_down(double x);
double log_up(double x);
double tanh_down(double x);
double tanh_up(double x);

/// 1 / (1 + exp(-x)), in [0, 1].
double sigmoid_down(double x);
double sigmoid_up(double x);

/// f_down(x) and f_up(x) for the cost of one of them: MPFR computes once, and its ternary value says whether the next
/// number is needed.
struct BothRoundings {
    double down, up;
};
BothRoundings exp_both(double x);
BothRoundings log_both(double x);
BothRoundings tanh_both(double x);
BothRoundings sigmoid_both(double x);

double exp_nearest(double x);
double log_nearest(double x);
double tanh_nearest(double x);
float exp_nearest(float x);
float log_nearest(float x);
float tanh_nearest(float x);

}  // namespace tercet
