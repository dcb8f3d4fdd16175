//===- RandomProgram.h - programs to differentiate --------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares a source of random functions in the tensor phase: nested loops, branches and plates over
// smooth scalar code, with scalars and tensors as loop state. Values stay bounded, so that differences are
// accurate.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TESTS_COMPILER_DIFFERENTIATE_RANDOMPROGRAM_H
#define ASTRAGAL_TESTS_COMPILER_DIFFERENTIATE_RANDOMPROGRAM_H

#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace astragal {

class RandomProgram {
public:
  explicit RandomProgram(unsigned seed) : random(seed) {}

  /// A function of %y: tensor<6xf64>, %flags: tensor<6xi32> and %q: tensor<6xf64>, as a module.
  std::string make();

private:
  /// The values that code may use at a place, innermost last.
  struct Scope {
    std::vector<std::string> scalars, tensors, indices; // tensors have 6 elements, indices are below 6
    bool inPlate = false;
    unsigned depth = 0;
  };

  unsigned pick(unsigned count) { return std::uniform_int_distribution<unsigned>(0, count - 1)(random); }
  std::string fresh() { return "%v" + std::to_string(next++); }
  std::string any(const std::vector<std::string> &of);
  std::string scalar(Scope &scope) { return any(scope.scalars); }
  void line(const std::string &text) { out << text << "\n"; }

  void statements(Scope &scope, unsigned count);
  void statement(Scope &scope);
  void arithmetic(Scope &scope);
  void read(Scope &scope);
  void write(Scope &scope);
  void branch(Scope &scope);
  void loop(Scope &scope);
  void whileLoop(Scope &scope);
  void plate(Scope &scope);
  std::string condition(Scope &scope);

  std::mt19937 random;
  std::ostringstream out;
  unsigned next = 0;
};

} // namespace astragal

#endif // ASTRAGAL_TESTS_COMPILER_DIFFERENTIATE_RANDOMPROGRAM_H
