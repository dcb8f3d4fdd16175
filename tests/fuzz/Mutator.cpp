//===- Mutator.cpp - inputs that are nearly right -------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Mutator.h"

#include <algorithm>
#include <iterator>

using namespace astragal::fuzz;

/// What texts rarely hold, and readers stumble over.
static const char *const words[] = {
    "0",          "-1",          "2147483647",
    "2147483648", "-2147483648", "1e308",
    "1e999",      "1e-999",      "0.",
    ".5",         "1e",          "1e+",
    "NaN",        "Infinity",    "\"",
    "'",          "\\",          "/*",
    "*/",         "//",          "#include ",
    "\n",         "\r\n",        "\t",
    "\xff",       "\xc3\xa9",    "(",
    ")",          "[",           "]",
    "{",          "}",           ",",
    ";",          ":",           "|",
    "~",          "+=",          ".*",
    "^",          "?",           "real",
    "int",        "void",        "vector",
    "array[1]",   "tuple(",      "complex",
    "<lower=",    ">",           "for(i in 1:2)",
    "while(1)",   "if(1)",       "else",
    "return",     "break;",      "reject(",
    "target",     "true",        "null",
};

static bool isWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
}
static bool isSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Words and numbers whole, everything else a character each; space belongs to what comes before.
static size_t tokenEnd(std::string_view text, size_t at) {
  bool word = isWord(text[at]);
  ++at;
  while (word && at < text.size() && isWord(text[at]))
    ++at;
  while (at < text.size() && isSpace(text[at]))
    ++at;
  return at;
}

/// Where the token begins that the character at `at` belongs to.
static size_t tokenBegin(std::string_view text, size_t at) {
  while (at > 0 && isSpace(text[at]))
    --at;
  while (at > 0 && isWord(text[at]) && isWord(text[at - 1]))
    --at;
  return at;
}

Mutator::Mutator(std::vector<std::string> given, uint64_t seed) : originals(std::move(given)), random(seed) {
  for (const std::string &original : originals)
    for (size_t at = 0; at < original.size();) {
      size_t end = tokenEnd(original, at);
      tokens.push_back(original.substr(at, end - at));
      at = end;
    }
  std::sort(tokens.begin(), tokens.end());
  tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
}

std::string_view Mutator::anyToken() {
  return below(4) == 0 || tokens.empty() ? std::string_view(words[below(std::size(words))])
                                         : std::string_view(tokens[below(tokens.size())]);
}

void Mutator::mutateBytes() {
  size_t at = below(text.size() + 1);
  switch (below(5)) {
  case 0:
    if (at < text.size())
      text[at] = static_cast<char>(random.draw());
    break;
  case 1:
    text.insert(at, 1, static_cast<char>(random.draw()));
    break;
  case 2:
    text.erase(at, 1 + below(8));
    break;
  case 3:
    text.resize(at);
    break;
  default:
    text.insert(at, text, below(text.size() + 1), below(40));
    break;
  }
}

void Mutator::mutateTokens() {
  if (text.empty())
    return;
  size_t first = tokenBegin(text, below(text.size())), firstEnd = tokenEnd(text, first);
  size_t other = tokenBegin(text, below(text.size())), otherEnd = tokenEnd(text, other);
  switch (below(6)) {
  case 0:
    text.erase(first, firstEnd - first);
    break;
  case 1:
    text.replace(first, firstEnd - first, anyToken());
    break;
  case 2:
    text.replace(first, firstEnd - first, text.substr(other, otherEnd - other));
    break;
  case 3:
    text.insert(first, anyToken());
    break;
  case 4: { // exchange
    if (other < first) {
      std::swap(first, other);
      std::swap(firstEnd, otherEnd);
    }
    if (firstEnd > other)
      break;
    std::string left = text.substr(first, firstEnd - first), right = text.substr(other, otherEnd - other);
    text.replace(other, right.size(), left);
    text.replace(first, left.size(), right);
    break;
  }
  default: { // a few tokens, again
    size_t end = firstEnd;
    for (size_t more = below(8); more > 0 && end < text.size(); --more)
      end = tokenEnd(text, end);
    text.insert(other, text.substr(first, end - first));
    break;
  }
  }
}

const std::string &Mutator::next() {
  text = originals[below(originals.size())];
  if (below(8) == 0) { // the head of one and the tail of another
    const std::string &tail = originals[below(originals.size())];
    text.resize(below(text.size() + 1));
    text += std::string_view(tail).substr(below(tail.size() + 1));
  }
  for (size_t edits = 1 + below(4); edits > 0; --edits)
    below(3) == 0 ? mutateBytes() : mutateTokens();
  return text;
}
