//===- SourceLine.h - a line of source in a message -------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How messages show a place in a source: the same by the compiler, which includes nothing else of the runtime
// but abi.h, and when a model runs.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_IO_SOURCELINE_H
#define ASTRAGAL_RUNTIME_IO_SOURCELINE_H

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace astragal::io {

/// The line with this number, from 1, without its end; empty if the text has fewer.
inline std::string_view lineOf(std::string_view text, size_t number) {
  for (; number > 1; --number) {
    size_t end = text.find('\n');
    if (end == std::string_view::npos)
      return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find_first_of("\r\n"));
}

/// The line and, under it, a caret at a column (from 1, in bytes) with tildes under the rest of `length`
/// bytes. Of a line longer than `width` it shows what is around the caret.
inline std::string quoteLine(std::string_view line, size_t column, size_t length = 1, size_t width = 120) {
  constexpr std::string_view dots = "...";
  auto isInside = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
  }; // of a UTF-8 sequence
  size_t at = std::min(column ? column - 1 : 0, line.size());
  size_t begin = 0, end = line.size();
  if (line.size() > width) {
    // A third of what is shown stands before the caret, if there is as much after it.
    size_t shown = width - 2 * dots.size();
    begin = std::min(at - std::min(at, shown / 3), line.size() - shown);
    begin = begin <= dots.size() ? 0 : begin;
    end = std::min(begin + shown, line.size());
    while (begin < at && isInside(line[begin]))
      ++begin;
    while (end < line.size() && end > at && isInside(line[end]))
      --end;
  }
  std::string text, marks;
  if (begin > 0) {
    text += dots;
    marks += std::string(dots.size(), ' ');
  }
  text += line.substr(begin, end - begin);
  if (end < line.size())
    text += dots;
  // Tabs stay tabs, so that the caret stands under its character whatever their width.
  for (char c : line.substr(begin, at - begin))
    if (!isInside(c))
      marks += c == '\t' ? '\t' : ' ';
  marks += '^';
  if (at < end)
    for (char c : line.substr(at + 1, std::min(std::max<size_t>(length, 1), end - at) - 1))
      if (!isInside(c))
        marks += '~';
  return text + "\n" + marks;
}

/// Adds to the first line of a message, which a quoted line may follow.
inline std::string appendToFirstLine(std::string message, std::string_view text) {
  return message.insert(std::min(message.find('\n'), message.size()), text);
}

} // namespace astragal::io

#endif // ASTRAGAL_RUNTIME_IO_SOURCELINE_H
