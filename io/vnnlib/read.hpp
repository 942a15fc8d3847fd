/// VNN-LIB 1.0 (https://www.vnnlib.org): the query about a network as text, in SMT-LIB's syntax.
///
///   (declare-const X_0 Real)  (declare-fun Y_0 () Real)       inputs X_i, outputs Y_j, numbered from 0 without gaps
///   (assert formula)                                          all of them must hold
///   formula  ::=  (op term term) | (and formula ...) | (or formula ...)          terms: see term.hpp
///
/// The formula is brought into disjunctive form. Assertions without `or` are common to all disjuncts; `or`s multiply,
/// so that two input boxes and four output cases give eight disjuncts, the first `or` of the file varying slowest. In
/// every disjunct the comparisons that name one input and nothing else become the box, the tightest winning. Decimals
/// are exact rationals.
#pragma once

#include <tercet/verify/property.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace tercet {

/// A disjunct that holds nowhere, because its box is empty (lower > upper) or a comparison in it is false without
/// variables, is left out and counted (Property::empty_disjuncts).
///
/// Throws FormatError "file:line:column: sentence" on anything but the above. Refused too, since each would make the
/// query say less than its author meant: an input without a lower or an upper bound in some disjunct, and a query all
/// of whose disjuncts are empty. Limits: 1,000,000 disjuncts, 1 GiB for the property, 1000 nested parentheses, 2^20
/// bits a number, 2^31 bits for all arithmetic on constants.
Property read_vnnlib(const std::filesystem::path& path);
Property parse_vnnlib(std::string_view text, const std::string& name);

}  // namespace tercet
