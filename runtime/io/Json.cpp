//===- Json.cpp - Stan's JSON data ----------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// nlohmann-json does the parsing, through its event interface: no tree of values is built, and numbers go
// straight into flat arrays. Strict JSON has no bare NaN: such atoms are replaced, length by length, before
// it reads.
//
//===----------------------------------------------------------------------===//

#include "runtime/io/Json.h"
#include "runtime/Error.h"
#include "runtime/io/File.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <limits>

using namespace astragal;
using namespace astragal::io;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

/// A bare NaN or infinity that was replaced by a string, known by where that string ends.
struct Atom {
  size_t end;
  double value;
};

/// Replaces the bare atoms of `text` by strings of at most the same length, padded with blanks.
std::vector<Atom> replaceAtoms(std::string &text) {
  static const struct {
    std::string_view spelling, replacement;
    double value;
  } table[] = {{"-Infinity", "\"-\"      ", -infinity},
               {"Infinity", "\"\"      ", infinity},
               {"-Inf", "\"-\" ", -infinity},
               {"Inf", "\"+\"", infinity},
               {"NaN", "\"?\"", notANumber}};
  std::vector<Atom> atoms;
  bool inString = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (inString) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        inString = false;
      continue;
    }
    if (c == '"') {
      inString = true;
    } else if (c == 'N' || c == 'I' || (c == '-' && i + 1 < text.size() && text[i + 1] == 'I')) {
      for (const auto &entry : table) {
        if (text.compare(i, entry.spelling.size(), entry.spelling) != 0)
          continue;
        text.replace(i, entry.spelling.size(), entry.replacement);
        atoms.push_back({i + entry.replacement.rfind('"') + 1, entry.value});
        i += entry.spelling.size() - 1;
        break;
      }
    }
  }
  return atoms;
}

/// An iterator that tells how far the parser has read.
struct Cursor {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char *;
  using reference = const char &;

  const char *position;
  const char **reached;

  const char &operator*() const { return *position; }
  Cursor &operator++() {
    *reached = ++position;
    return *this;
  }
  Cursor operator++(int) {
    Cursor old = *this;
    ++*this;
    return old;
  }
  bool operator==(const Cursor &other) const { return position == other.position; }
  bool operator!=(const Cursor &other) const { return position != other.position; }
};

/// Receives the parser's events and fills a Data.
class Handler {
public:
  Handler(Data &data, const std::string &text, std::vector<Atom> atoms)
      : reached(text.data()), data(data), text(text), atoms(std::move(atoms)), counted(text.data()) {}

  const char *reached;

  bool null() { return other("is null"); }
  bool boolean(bool) { return other("is a boolean"); }
  bool binary(nlohmann::json::binary_t &) { return other("is binary"); }
  bool number_integer(int64_t value) { return number(double(value), true); }
  bool number_unsigned(uint64_t value) { return number(double(value), true); }
  bool number_float(double value, const std::string &literal) {
    return number(value, literal.find_first_of(".eE") == std::string::npos);
  }
  bool string(const std::string &word) {
    double value;
    size_t end = reached - text.data();
    auto atom = std::lower_bound(atoms.begin(), atoms.end(), end,
                                 [](const Atom &atom, size_t end) { return atom.end < end; });
    if (atom != atoms.end() && atom->end == end)
      return number(atom->value, false);
    return parseSpecial(word, value) ? number(value, false) : other("is a string");
  }
  bool key(const std::string &word) {
    if (objects != 1)
      return true;
    name = word;
    current = Value();
    current.isInt = true;
    line += uint32_t(std::count(counted, reached, '\n'));
    counted = reached;
    current.line = line;
    if (const Value *before = data.find(name))
      fail(reached - text.data() - word.size() - 2,
           "variable '" + name + "' is given twice, first in line " + std::to_string(before->line));
    return true;
  }
  bool start_object(size_t) {
    if (objects++ > 0)
      problem("is an object");
    else if (!counts.empty())
      return notAnObject();
    return true;
  }
  bool end_object() {
    if (--objects == 1 && counts.empty())
      finish();
    return true;
  }
  bool start_array(size_t) {
    if (objects == 0)
      return notAnObject();
    if (objects > 1)
      return true;
    if (!counts.empty())
      child(true);
    counts.push_back(0);
    if (counts.size() > current.dims.size()) {
      if (!current.values.empty())
        problem("is a ragged array");
      current.dims.push_back(-1);
      holdsArrays.push_back(-1);
    }
    return true;
  }
  bool end_array() {
    if (objects > 1)
      return true;
    int64_t &dim = current.dims[counts.size() - 1];
    if (dim < 0)
      dim = counts.back();
    else if (dim != counts.back())
      problem("is a ragged array");
    counts.pop_back();
    if (counts.empty())
      finish();
    return true;
  }
  bool parse_error(size_t position, const std::string &, const nlohmann::detail::exception &error) {
    std::string what = error.what();
    size_t column = what.find("column ");
    size_t colon = column == std::string::npos ? std::string::npos : what.find(": ", column);
    if (colon == std::string::npos)
      colon = what.find("] ");
    fail(position ? position - 1 : 0, colon == std::string::npos ? what : what.substr(colon + 2));
    return false;
  }

private:
  [[noreturn]] void fail(size_t offset, const std::string &message) {
    offset = std::min(offset, text.size());
    size_t row = 1 + std::count(text.begin(), text.begin() + offset, '\n');
    size_t start = offset ? text.rfind('\n', offset - 1) : std::string::npos;
    size_t column = start == std::string::npos ? offset + 1 : offset - start;
    throw Error(Error::Kind::Data,
                data.source() + ":" + std::to_string(row) + ":" + std::to_string(column) + ": " + message);
  }
  bool notAnObject() { fail(0, "expected one object of names and values"); }
  void problem(const char *text) {
    if (current.problem.empty())
      current.problem = text;
  }

  /// Counts an element of the innermost array, and sees that numbers and arrays do not mix there.
  void child(bool isArray) {
    ++counts.back();
    int &kind = holdsArrays[counts.size() - 1];
    if (kind < 0)
      kind = isArray;
    else if (kind != int(isArray))
      problem("mixes numbers and arrays");
  }
  bool number(double value, bool isInt) {
    if (objects == 0)
      return notAnObject();
    if (objects > 1)
      return true;
    if (!counts.empty())
      child(false);
    current.values.push_back(value);
    current.isInt &= isInt;
    if (counts.empty())
      finish();
    return true;
  }
  bool other(const char *text) {
    if (objects == 0)
      return notAnObject();
    if (objects > 1)
      return true;
    problem(counts.empty() ? text : "has an element that is not a number");
    if (counts.empty())
      finish();
    return true;
  }
  void finish() {
    for (int64_t &dim : current.dims)
      dim = std::max<int64_t>(dim, 0);
    current.values.shrink_to_fit();
    data.set(name, std::move(current));
    current = Value();
    holdsArrays.clear();
  }

  Data &data;
  const std::string &text;
  std::vector<Atom> atoms;
  const char *counted;
  uint32_t line = 1;
  int objects = 0;
  std::string name;
  Value current;
  std::vector<int64_t> counts;  // elements so far, of each open array
  std::vector<int> holdsArrays; // by depth: -1 unknown, 0 numbers, 1 arrays
};

} // namespace

bool astragal::io::parseSpecial(const std::string &text, double &value) {
  std::string word;
  for (char c : text)
    word += char(std::tolower(static_cast<unsigned char>(c)));
  bool negative = !word.empty() && word[0] == '-';
  if (!word.empty() && (word[0] == '-' || word[0] == '+'))
    word.erase(0, 1);
  if (word == "nan")
    value = notANumber;
  else if (word == "inf" || word == "infinity")
    value = negative ? -infinity : infinity;
  else
    return false;
  return true;
}

std::string astragal::io::formatShape(const std::vector<int64_t> &dims) {
  std::string text = "[";
  for (size_t i = 0; i < dims.size(); ++i)
    text += (i ? ", " : "") + std::to_string(dims[i]);
  return text + "]";
}

Data astragal::io::parseJson(std::string text, const std::string &source) {
  Data data(source);
  std::vector<Atom> atoms = replaceAtoms(text);
  Handler handler(data, text, std::move(atoms));
  Cursor begin{text.data(), &handler.reached}, end{text.data() + text.size(), &handler.reached};
  nlohmann::json::sax_parse(begin, end, &handler);
  return data;
}

Data astragal::io::readJson(const std::string &path) { return parseJson(readFile(path), path); }
