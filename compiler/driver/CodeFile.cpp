//===- CodeFile.cpp - code as bytes ---------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CodeFile.h"

#include <bit>
#include <cstring>

namespace astragal::driver {
namespace {

// Fields are visited in one order, once to write and once to read them.
class Writer {
public:
  template <typename T> void operator()(const T &number) {
    static_assert(std::is_integral_v<T>);
    uint64_t wide = static_cast<uint64_t>(number);
    text.append(reinterpret_cast<const char *>(&wide), sizeof wide);
  }
  void operator()(double number) { (*this)(std::bit_cast<uint64_t>(number)); }
  void operator()(const std::string &string) {
    (*this)(string.size());
    text += string;
  }
  template <typename T> void operator()(const std::vector<T> &list) {
    (*this)(list.size());
    for (const T &element : list)
      visitFields(*this, element);
  }
  std::string text;
};

class Reader {
public:
  explicit Reader(std::string_view text) : rest(text) {}

  template <typename T> void operator()(T &number) {
    static_assert(std::is_integral_v<T>);
    uint64_t wide = 0;
    if (rest.size() < sizeof wide) {
      isWhole = false;
      return;
    }
    std::memcpy(&wide, rest.data(), sizeof wide);
    rest.remove_prefix(sizeof wide);
    number = static_cast<T>(wide);
  }
  void operator()(double &number) {
    uint64_t bits = 0;
    (*this)(bits);
    number = std::bit_cast<double>(bits);
  }
  void operator()(std::string &string) {
    size_t size = 0;
    (*this)(size);
    if (size > rest.size()) {
      isWhole = false;
      return;
    }
    string = rest.substr(0, size);
    rest.remove_prefix(size);
  }
  template <typename T> void operator()(std::vector<T> &list) {
    size_t size = 0;
    (*this)(size);
    for (size_t k = 0; k < size && isWhole; ++k) {
      T element{};
      visitFields(*this, element);
      list.push_back(std::move(element));
    }
  }
  bool isWhole = true;

private:
  std::string_view rest;
};

template <typename Visitor, typename T>
  requires std::is_integral_v<T>
void visitFields(Visitor &v, T &number) {
  v(number);
}
template <typename Visitor> void visitFields(Visitor &v, std::string &text) { v(text); }
template <typename Visitor> void visitFields(Visitor &v, const std::string &text) { v(text); }

template <typename T, typename Wanted>
concept As = std::is_same_v<std::remove_const_t<T>, Wanted>;

template <typename Visitor, As<std::pair<std::string, std::string>> T> void visitFields(Visitor &v, T &pair) {
  v(pair.first);
  v(pair.second);
}
template <typename Visitor, As<VariableDescription> T> void visitFields(Visitor &v, T &x) {
  auto &[name, file, line, column, sizes, block, scalar, arrayRank, rank, singleRows] = x;
  v(name), v(file), v(line), v(column), v(sizes), v(block), v(scalar), v(arrayRank), v(rank), v(singleRows);
}
template <typename Visitor, As<CheckDescription> T> void visitFields(Visitor &v, T &x) {
  auto &[message, file, line, column, kind, explanation] = x;
  v(message), v(file), v(line), v(column), v(kind), v(explanation);
}
template <typename Visitor, As<ShareDescription> T> void visitFields(Visitor &v, T &x) {
  auto &[statement, forward, reverse] = x;
  v(statement), v(forward), v(reverse);
}
template <typename Visitor, As<RegionDescription> T> void visitFields(Visitor &v, T &x) {
  auto &[entry, kind, parent, name, shares, flops, functionFlops, bytesRead, bytesWritten, calls, workingSet,
         byRow, exact, parts] = x;
  v(entry), v(kind), v(parent), v(name), v(shares), v(flops), v(functionFlops), v(bytesRead), v(bytesWritten);
  v(calls), v(workingSet), v(byRow), v(exact), v(parts);
}
template <typename Visitor, As<StatementDescription> T> void visitFields(Visitor &v, T &x) {
  auto &[file, line, column, text, profile] = x;
  v(file), v(line), v(column), v(text), v(profile);
}
template <typename Visitor, As<ProfileBlockDescription> T> void visitFields(Visitor &v, T &x) {
  auto &[name, parent] = x;
  v(name), v(parent);
}
template <typename Visitor, As<ModelDescription> T> void visitFields(Visitor &v, T &x) {
  auto &[name, data, outputs, hasGenerated, regions, statements, profileBlocks] = x;
  v(name), v(data), v(outputs), v(hasGenerated), v(regions), v(statements), v(profileBlocks);
}
template <typename Visitor, As<CodeTag> T> void visitFields(Visitor &v, T &x) {
  auto &[model, source, sizes, options, target, compiler] = x;
  v(model), v(source), v(sizes), v(options), v(target), v(compiler);
}
template <typename Visitor, As<Code> T> void visitFields(Visitor &v, T &x) {
  auto &[description, compilerName, checks, entries, objects] = x;
  visitFields(v, description);
  v(compilerName), v(checks), v(entries), v(objects);
}
template <typename Visitor, As<ProgramFile> T> void visitFields(Visitor &v, T &x) {
  auto &[sizeVariables, files, absent, warnings] = x;
  v(sizeVariables), v(files), v(absent), v(warnings);
}

template <typename Visitor, As<lower::Work> T> void visitFields(Visitor &v, T &x) {
  auto &[flops, functionFlops, bytesRead, bytesWritten, workingSet, calls, isExact] = x;
  v(flops), v(functionFlops), v(bytesRead), v(bytesWritten), v(workingSet), v(calls), v(isExact);
}

template <typename... T> std::string format(const T &...values) {
  Writer writer;
  (visitFields(writer, values), ...);
  return std::move(writer.text);
}

} // namespace

std::string formatCode(const CodeTag &tag, const Code &code) { return format(tag, code); }
std::string formatProgram(const ProgramFile &program) { return format(program); }
std::string formatWork(const lower::Work &cost) { return format(cost); }

std::optional<lower::Work> parseWork(std::string_view text) {
  Reader reader(text);
  lower::Work cost;
  visitFields(reader, cost);
  return reader.isWhole ? std::optional(cost) : std::nullopt;
}

std::optional<CodeTag> parseTag(std::string_view text) {
  Reader reader(text);
  CodeTag tag;
  visitFields(reader, tag);
  return reader.isWhole ? std::optional(std::move(tag)) : std::nullopt;
}

std::optional<Code> parseCode(std::string_view text) {
  Reader reader(text);
  CodeTag tag;
  Code code;
  visitFields(reader, tag);
  visitFields(reader, code);
  for (int entry : code.entries)
    reader.isWhole &= entry >= 0 && entry < ASTRAGAL_NUM_ENTRIES;
  return reader.isWhole ? std::optional(std::move(code)) : std::nullopt;
}

std::optional<ProgramFile> parseProgram(std::string_view text) {
  Reader reader(text);
  ProgramFile program;
  visitFields(reader, program);
  return reader.isWhole ? std::optional(std::move(program)) : std::nullopt;
}

} // namespace astragal::driver
