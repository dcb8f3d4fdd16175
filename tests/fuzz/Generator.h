//===- Generator.h - random models that are right ---------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares what writes random Stan programs with data: well typed, of bounded size, and of bounded
// values, so that densities are finite nearly everywhere. Everything that is written carries a bound of its
// magnitude, which says where to put a tanh or a division.
//
// Expressions.cpp writes numbers, Containers.cpp vectors and matrices, Statements.cpp what a block holds,
// Loops.cpp loops, Likelihoods.cpp densities and the parts of models that need several statements,
// Structures.cpp series and groups, Rows.cpp likelihoods of rows, Generator.cpp the blocks.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TESTS_FUZZ_GENERATOR_H
#define ASTRAGAL_TESTS_FUZZ_GENERATOR_H

#include "Program.h"
#include "Random.h"

#include <functional>
#include <optional>

namespace astragal::fuzz {

/// Sizes are equal if their texts are.
struct Size {
  std::string text;
  int value = 0;
  bool operator==(const Size &other) const { return text == other.text; }
};

enum class Kind { Int, Real, Vector, Row, Matrix, Ints, Reals, Vectors };

/// Vectors and arrays have `rows`; the vectors of an array of them have `columns`.
struct Type {
  Kind kind;
  Size rows = {}, columns = {};
  bool operator==(const Type &other) const {
    return kind == other.kind && rows == other.rows && columns == other.columns;
  }
};

/// Where values lie, beside their bound. Positive ones are at least 0.01, unit ones that far from 0 and 1,
/// too.
enum class Domain { Any, Positive, Unit };

struct Expression {
  std::string text;
  double bound;
};

struct Variable {
  std::string name;
  Type type;
  double bound;
  Domain domain = Domain::Any;
  bool isAssignable = false;
  /// Of indices into this size. Empty: numbers.
  std::string indexes = {};
  bool isPositiveDefinite = false;
  bool isFactor = false; ///< of a correlation matrix
};

class Generator {
public:
  explicit Generator(uint64_t seed) : random(seed) {}

  Program program();

private:
  using Statements = std::vector<Statement>;
  struct Function {
    std::string name;
    enum Shape { Scalar, Reduction, Elementwise, Density, Recursive, Target } shape;
  };
  /// An expression that is a valid index into a size.
  struct Index {
    std::string text;
    Size size;
  };

  // Expressions.cpp
  Expression real(int depth, Domain domain = Domain::Any);
  Expression number(Domain domain);
  std::optional<Expression> access(Domain domain);
  std::optional<Expression> compound(int depth);
  Expression unstableForm(int depth);
  std::optional<Expression> positive(int depth);
  std::optional<Expression> unit(int depth);
  std::optional<Expression> reduction(int depth);
  std::optional<Expression> logDensity(int depth);
  std::string condition(int depth);
  std::string dataCondition();
  std::optional<std::string> indexInto(const Size &size);
  /// At most this large: as it is, divided, or through tanh.
  Expression tamed(Expression expression, double limit);
  Expression realUpTo(double limit, int depth) { return tamed(real(depth), limit); }

  // Containers.cpp
  Expression container(const Type &type, int depth, Domain domain = Domain::Any);
  Expression filled(const Type &type, int depth, Domain domain);
  std::optional<Expression> elementwise(const Type &type, int depth);
  std::optional<Expression> vectorOf(const Size &size, int depth);
  std::optional<Expression> rowOf(const Size &size, int depth);
  std::optional<Expression> matrixOf(const Size &rows, const Size &columns, int depth);
  Expression positiveDefinite(const Size &size, int depth);

  // Statements.cpp
  void statement(Statements &into, int depth);
  void simpleStatement(Statements &into, int depth);
  void declareLocal(Statements &into, int depth);
  void branch(Statements &into, int depth);
  void rejectRarely(Statements &into);
  bool assign(Statements &into, int depth);
  void body(Statements &into, int depth);
  /// `target += e;` or nothing where that may not stand.
  void increment(Statements &into, const Expression &expression);

  // Loops.cpp
  void iterateUntilDone(Statements &into);
  void iterateIfPositive(Statements &into);
  void fillLoop(Statements &into, int depth);
  void sumLoop(Statements &into, int depth);
  void recurrence(Statements &into, int depth);
  void loop(Statements &into, int depth);
  void countedWhile(Statements &into, int depth);
  /// Opens a loop over 1 + `skipped` to `size`, or over `range`; `write` fills the body.
  void forEachIndex(Statements &into, const Size &size, int skipped,
                    const std::function<void(Statements &, std::string)> &write,
                    const std::string &range = "");
  /// What can be an index in an iteration: of this size, or of others by way of data or a remainder.
  void addIndices(const std::string &i, const Size &size, int skipped);

  // Likelihoods.cpp
  void site(Statements &into, int depth);
  void mixture(Statements &into, int depth);
  void hiddenChain(Statements &into, int depth);
  void multivariate(Statements &into, int depth);
  void linearModel(Statements &into, int depth);

  // Structures.cpp
  /// Rows of data, of which a number of statements say something.
  const Variable *outcomes(Kind kind, int least);
  void series(Statements &into, int depth);
  void volatility(Statements &into, const Variable &y);
  void movingAverage(Statements &into, const Variable &y);
  void filter(Statements &into, const Variable &y);
  void renewal(Statements &into, const Variable &y);
  void raggedGroups(Statements &into, int depth);
  void crossedGroups(Statements &into, int depth);
  void categories(Statements &into, int depth);

  // Rows.cpp
  void vectorRows(Statements &into, int depth);
  void families(Statements &into, int depth);
  void siblings(Statements &into, int depth);
  void responses(Statements &into, int depth);
  void leftRight(Statements &into, int depth);
  void localArrays(Statements &into, int depth);
  std::string scale();

  // Generator.cpp
  void makeFunctions();
  void makeData();
  void makeParameters();
  void declareGroups(int rows, int groups);
  void declareData(const std::string &type, Variable variable, const std::function<std::string()> &draw);
  std::string values(const Type &type, const std::function<std::string()> &draw);

  std::string newName(const char *prefix) { return prefix + std::to_string(++names); }
  std::vector<const Variable *> find(const std::function<bool(const Variable &)> &isRight) const;
  const Variable *anyOf(const std::vector<const Variable *> &found) {
    return found.empty() ? nullptr : found[random.below(found.size())];
  }
  const Size &sizeNamed(const std::string &text) const;
  const Size &anySize() { return sizes[random.below(sizes.size())]; }
  std::string declaration(const Type &type, const std::string &name) const;

  Random random;
  Program written;
  std::vector<Variable> scope;
  std::vector<Index> indices;
  std::vector<Size> sizes;
  std::vector<Function> functions;
  std::string starts, lengths; ///< Data: where the rows of each group begin, and how many there are.
  int names = 0;
  double iterations = 1; ///< of the loops around
  bool hasTarget = false;
  bool inFunction = false;
};

/// Two decimals, in parentheses if negative.
std::string decimal(double value);

} // namespace astragal::fuzz

#endif // ASTRAGAL_TESTS_FUZZ_GENERATOR_H
