//===- RandomProgramsTest.cpp - updates in place change nothing -----------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file tests bufferisation on random programs: tensors are values, so a program that updates, copies,
// swaps and carries them through loops and branches must compute what an interpreter of values computes.
//
//===----------------------------------------------------------------------===//

#include "tests/compiler/driver/CompiledModule.h"

#include "gtest/gtest.h"
#include <array>
#include <map>
#include <random>

using namespace astragal;

namespace {

constexpr int size = 4;
using Tensor = std::array<double, size>;
using Names = std::vector<int>;

struct Statement;
using Block = std::vector<Statement>;

/// One operation on tensors, or a region. `names` are its results; `use` its operands.
struct Statement {
  enum Kind { Splat, Elements, Insert, Slice, Select, If, For, While, NumKinds } kind;
  Names names, use;
  int at = 0, from = 0, trips = 0;
  double number = 0;
  bool moving = false; // `at` is relative to the iteration
  Names arguments, yields, otherYields;
  Block body, other;
};

class Generator {
public:
  explicit Generator(uint32_t seed) : random(seed) {}

  Block makeBlock(Names scope, int depth, Names &last) {
    Block block;
    for (int k = 0, count = pick(3, 8); k < count; ++k) {
      block.push_back(makeStatement(scope, depth));
      for (int name : block.back().names)
        scope.push_back(name);
    }
    last = scope;
    return block;
  }
  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); }
  int choose(const Names &scope) { // mostly a recent version, sometimes an old one
    int newest = static_cast<int>(scope.size()) - 1;
    return scope[pick(0, 3) ? std::max(0, newest - pick(0, 2)) : pick(0, newest)];
  }
  int next = 1;

private:
  Names chooseMany(const Names &scope, int count) {
    Names names;
    for (int k = 0; k < count; ++k)
      names.push_back(choose(scope));
    return names;
  }
  Names makeNames(int count) {
    Names names;
    for (int k = 0; k < count; ++k)
      names.push_back(next++);
    return names;
  }

  Statement makeStatement(const Names &scope, int depth) {
    Statement s;
    s.kind = static_cast<Statement::Kind>(pick(0, depth < 3 ? Statement::NumKinds - 1 : Statement::Select));
    if (pick(0, 2) == 0)
      s.kind = Statement::Insert;
    s.at = pick(0, size - 1);
    s.from = pick(0, size - 1);
    s.number = pick(-8, 8) / 8.0;
    s.moving = pick(0, 1);
    s.trips = pick(0, 3);
    s.use = chooseMany(scope, 3);
    if (s.kind < Statement::If) {
      s.names = makeNames(1);
      return s;
    }
    int count = pick(1, 3);
    if (s.kind != Statement::If) {
      s.use = chooseMany(scope, count);
      s.arguments = makeNames(count);
    }
    Names inner = scope, last;
    inner.insert(inner.end(), s.arguments.begin(), s.arguments.end());
    s.body = makeBlock(inner, depth + 1, last);
    s.yields = chooseMany(last, count);
    if (s.kind == Statement::If) {
      s.other = makeBlock(inner, depth + 1, last);
      s.otherYields = chooseMany(last, count);
    }
    s.names = makeNames(count);
    return s;
  }

  std::mt19937 random;
};

/// What a program means.
class Interpreter {
public:
  std::map<int, Tensor> values;

  void run(const Block &block, int iteration) {
    for (const Statement &s : block)
      run(s, iteration);
  }

private:
  static int place(const Statement &s, int iteration) { return (s.at + (s.moving ? iteration : 0)) % size; }

  void bind(const Names &names, const Names &to) {
    std::vector<Tensor> copies; // all are read before any is bound
    for (int name : to)
      copies.push_back(values.at(name));
    for (size_t k = 0; k < names.size(); ++k)
      values[names[k]] = copies[k];
  }

  void run(const Statement &s, int iteration) {
    auto element = [&](int k, int at) { return values.at(s.use[k])[at]; };
    switch (s.kind) {
    case Statement::Splat:
      values[s.names[0]].fill(s.number);
      break;
    case Statement::Elements:
      values[s.names[0]] = {element(0, s.from), element(1, s.at), s.number, element(2, 0)};
      break;
    case Statement::Insert: {
      Tensor t = values.at(s.use[0]);
      t[place(s, iteration)] = element(1, s.from) * 0.5 + s.number;
      values[s.names[0]] = t;
      break;
    }
    case Statement::Slice: {
      Tensor t = values.at(s.use[0]), source = values.at(s.use[1]);
      for (int k = 0; k < 2; ++k)
        t[s.at % 3 + k] = source[s.from % 3 + k];
      values[s.names[0]] = t;
      break;
    }
    case Statement::Select:
      bind(s.names, {element(2, s.from) > s.number ? s.use[0] : s.use[1]});
      break;
    case Statement::If: {
      bool taken = element(0, s.from) > s.number;
      run(taken ? s.body : s.other, iteration);
      bind(s.names, taken ? s.yields : s.otherYields);
      break;
    }
    case Statement::For:
    case Statement::While:
      bind(s.arguments, s.use);
      for (int i = 0; i < s.trips; ++i) {
        run(s.body, i);
        bind(s.arguments, s.yields);
      }
      bind(s.names, s.arguments);
      break;
    case Statement::NumKinds:
      break;
    }
  }
};

/// The same program as MLIR.
class Printer {
public:
  /// With open sizes, tensors are as long as a data variable says.
  explicit Printer(bool open) : open(open), type(open ? "tensor<?xf64>" : "tensor<4xf64>") {}

  std::string text;
  const bool open;
  const std::string type;

  void print(const Block &block, const std::string &iteration) {
    for (const Statement &s : block)
      print(s, iteration);
  }
  static std::string list(const Names &names, const std::string &prefix = "%t") {
    std::string all;
    for (int name : names)
      all += (all.empty() ? "" : ", ") + prefix + std::to_string(name);
    return all;
  }
  std::string extract(int name, const std::string &at) {
    std::string v = fresh();
    line(v + " = tensor.extract %t" + std::to_string(name) + "[" + at + "] : " + type);
    return v;
  }
  static std::string constant(int k) { return "%c" + std::to_string(k); }
  void line(const std::string &what) { text += "  " + what + "\n"; }

private:
  std::string fresh() { return "%v" + std::to_string(next++); }
  std::string types(size_t count) {
    std::string all;
    for (size_t k = 0; k < count; ++k)
      all += k ? ", " + type : type;
    return all;
  }
  /// Ends the definition of a tensor of static size.
  void define(const std::string &result, const std::string &what) {
    if (!open)
      return line(result + what);
    std::string v = fresh();
    line(v + what);
    line(result + " = tensor.cast " + v + " : tensor<4xf64> to " + type);
  }
  std::string number(double value) {
    std::string v = fresh();
    line(v + " = arith.constant " + std::to_string(value) + " : f64");
    return v;
  }
  std::string greater(const Statement &s, int k) {
    std::string x = extract(s.use[k], constant(s.from)), bound = number(s.number), v = fresh();
    line(v + " = arith.cmpf ogt, " + x + ", " + bound + " : f64");
    return v;
  }

  void print(const Statement &s, const std::string &iteration) {
    std::string result = "%t" + std::to_string(s.names[0]);
    std::string names = list(s.names), all = types(s.names.size());
    auto operand = [&](int k) { return "%t" + std::to_string(s.use[k]); };
    switch (s.kind) {
    case Statement::Splat:
      if (s.at % 2) {
        std::string v = number(s.number);
        line(result + " = tensor.splat " + v + (open ? "[%n] : " : " : ") + type);
      } else {
        define(result, " = arith.constant dense<" + std::to_string(s.number) + "> : tensor<4xf64>");
      }
      break;
    case Statement::Elements: {
      std::string a = extract(s.use[0], constant(s.from)), b = extract(s.use[1], constant(s.at)),
                  c = number(s.number), d = extract(s.use[2], "%c0");
      define(result, " = tensor.from_elements " + a + ", " + b + ", " + c + ", " + d + " : tensor<4xf64>");
      break;
    }
    case Statement::Insert: {
      std::string x = extract(s.use[1], constant(s.from)), add = number(s.number), h = fresh(), v = fresh(),
                  at = constant(s.at);
      line(h + " = arith.mulf " + x + ", %half : f64");
      line(v + " = arith.addf " + h + ", " + add + " : f64");
      if (s.moving) {
        std::string sum = fresh();
        at = fresh();
        line(sum + " = arith.addi " + constant(s.at) + ", " + iteration + " : index");
        line(at + " = arith.remui " + sum + ", %c4 : index");
      }
      line(result + " = tensor.insert " + v + " into " + operand(0) + "[" + at + "] : " + type);
      break;
    }
    case Statement::Slice: {
      std::string v = fresh();
      line(v + " = tensor.extract_slice " + operand(1) + "[" + std::to_string(s.from % 3) +
           "] [2] [1] : " + type + " to tensor<2xf64>");
      line(result + " = tensor.insert_slice " + v + " into " + operand(0) + "[" + std::to_string(s.at % 3) +
           "] [2] [1] : tensor<2xf64> into " + type);
      break;
    }
    case Statement::Select: {
      std::string condition = greater(s, 2);
      line(result + " = arith.select " + condition + ", " + operand(0) + ", " + operand(1) + " : " + type);
      break;
    }
    case Statement::If: {
      std::string condition = greater(s, 0);
      line(names + " = scf.if " + condition + " -> (" + all + ") {");
      print(s.body, iteration);
      line("scf.yield " + list(s.yields) + " : " + all + "\n  } else {");
      print(s.other, iteration);
      line("scf.yield " + list(s.otherYields) + " : " + all + "\n  }");
      break;
    }
    case Statement::For: {
      std::string i = fresh(), carried;
      for (size_t k = 0; k < s.arguments.size(); ++k)
        carried +=
            (k ? ", %t" : "%t") + std::to_string(s.arguments[k]) + " = " + operand(static_cast<int>(k));
      line(names + " = scf.for " + i + " = %c0 to " + constant(s.trips) + " step %c1 iter_args(" + carried +
           ") -> (" + all + ") {");
      print(s.body, i);
      line("scf.yield " + list(s.yields) + " : " + all + "\n  }");
      break;
    }
    case Statement::While: {
      std::string i = fresh(), j = fresh(), k = fresh(), more = fresh(), count = fresh(), carried;
      for (size_t n = 0; n < s.arguments.size(); ++n)
        carried += ", %u" + std::to_string(s.arguments[n]) + " = " + operand(static_cast<int>(n));
      std::string everything = "index, " + all;
      line(count + ", " + names + " = scf.while (" + i + " = %c0" + carried + ") : (" + everything +
           ") -> (" + everything + ") {");
      line(more + " = arith.cmpi slt, " + i + ", " + constant(s.trips) + " : index");
      line("scf.condition(" + more + ") " + i + ", " + list(s.arguments, "%u") + " : " + everything +
           "\n  } do {");
      std::string arguments;
      for (int name : s.arguments)
        arguments += ", %t" + std::to_string(name) + ": " + type;
      line("^bb0(" + j + ": index" + arguments + "):");
      print(s.body, j);
      line(k + " = arith.addi " + j + ", %c1 : index");
      line("scf.yield " + k + ", " + list(s.yields) + " : " + everything + "\n  }");
      break;
    }
    case Statement::NumKinds:
      break;
    }
  }

  int next = 0;
};

struct Program {
  Block body;
  Names results;
  std::string text;
};

Program makeProgram(uint32_t seed, const char *name, bool open) {
  Generator generator(seed);
  Program program;
  Names last;
  program.body = generator.makeBlock({0}, 0, last);
  for (int k = 0; k < 3; ++k)
    program.results.push_back(generator.choose(last));
  Printer printer(open);
  printer.line("func.func @" + std::string(name) +
               "(%size: i32 {prob.binding = #prob.binding<data, 0>}, %q: " + printer.type +
               " {prob.binding = #prob.binding<input, 0>}) -> (tensor<12xf64> {prob.binding = "
               "#prob.binding<output, 0>}) {");
  for (int k = 0; k <= size; ++k)
    printer.line("%c" + std::to_string(k) + " = arith.constant " + std::to_string(k) + " : index");
  printer.line("%half = arith.constant 0.5 : f64");
  printer.line("%n = arith.index_cast %size : i32 to index");
  printer.line(open ? "%t0 = tg.sized %q[%n] : tensor<?xf64>"
                    : "%t0 = tensor.cast %q : tensor<4xf64> to tensor<4xf64>");
  printer.print(program.body, "%c0");
  printer.line("%r0 = tensor.empty() : tensor<12xf64>");
  for (int k = 0; k < 3; ++k)
    printer.line("%r" + std::to_string(k + 1) + " = tensor.insert_slice %t" +
                 std::to_string(program.results[k]) + " into %r" + std::to_string(k) + "[" +
                 std::to_string(4 * k) + "] [" + (open ? "%n" : "4") + "] [1] : " + printer.type +
                 " into tensor<12xf64>");
  printer.line("return %r3 : tensor<12xf64>\n}");
  program.text = printer.text;
  return program;
}

void compare(uint32_t round, bool open) {
  std::string text;
  std::vector<Program> programs;
  for (uint32_t entry = 0; entry < ASTRAGAL_NUM_ENTRIES; ++entry) {
    programs.push_back(makeProgram(1000 * round + entry, driver::entryNames[entry], open));
    text += programs.back().text;
  }
  test::CompiledModule module(text);
  int32_t n = size;
  module.data = {&n};
  module.input = {1, -2, 0.5, 3};
  for (int entry = 0; entry < ASTRAGAL_NUM_ENTRIES; ++entry) {
    const Program &program = programs[entry];
    Interpreter interpreter;
    interpreter.values[0] = {1, -2, 0.5, 3};
    interpreter.run(program.body, 0);
    std::vector<double> expected;
    for (int name : program.results)
      for (double value : interpreter.values.at(name))
        expected.push_back(value);
    module.run(entry);
    std::vector<double> got(module.output.begin(), module.output.begin() + 12);
    ASSERT_EQ(got, expected) << "round " << round << ", entry " << entry << "\n" << program.text;
  }
}

TEST(RandomPrograms, ComputeWhatValuesWould) {
  for (uint32_t round = 0; round < 12 && !HasFatalFailure(); ++round)
    compare(round, /*open=*/false);
}

TEST(RandomPrograms, ComputeWhatValuesWouldWithOpenSizes) {
  for (uint32_t round = 100; round < 112 && !HasFatalFailure(); ++round)
    compare(round, /*open=*/true);
}

} // namespace
