/// Text that came from elsewhere (a file, the command line) as a terminal may show it: one line, no escape sequences,
/// not too long.
///
/// A name could otherwise print a line of its own ("proved: ..."), colour or erase what stands there, or turn the order
/// of letters around.
#pragma once

#include <string>
#include <string_view>

namespace tercet {

/// How many bytes of a name a table shows.
inline constexpr std::size_t longest_name = 60;

/// The text with whatever has no ink, moves the cursor or changes the direction of writing spelled out:
///
///   bytes that are not UTF-8, control characters below U+0080          \x1b
///   other control, format, bidirectional, ignorable, private-use       \u202e, \ue0001
///   characters and line separators, blanks other than U+0020
///
/// and where that is longer than `longest` bytes, its middle replaced by "...(N bytes)...", N the length of the text:
/// where an error happened stands at its beginning, why at its end. At most `longest` bytes; printable(printable(x)) is
/// printable(x).
/// Letters of every script pass, so a word of Hebrew or Arabic may still be laid out from right to left.
std::string printable(std::string_view text, std::size_t longest = 1000);

/// "text" in quotes as an error sentence shows a piece of a file: every byte outside printable ASCII as \xNN, cut after
/// 40 bytes with "..." and the length.
std::string excerpt(std::string_view text);

}  // namespace tercet
