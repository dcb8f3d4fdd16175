//===- Containers.cpp - random vectors and matrices written down ----------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

#include <algorithm>

using namespace astragal::fuzz;

static constexpr double largest = 40;

Expression Generator::filled(const Type &type, int depth, Domain domain) {
  Expression e = real(depth, domain);
  switch (type.kind) {
  case Kind::Row:
    return {"rep_row_vector(" + e.text + ", " + type.rows.text + ")", e.bound};
  case Kind::Matrix:
    return {"rep_matrix(" + e.text + ", " + type.rows.text + ", " + type.columns.text + ")", e.bound};
  default:
    return {"rep_vector(" + e.text + ", " + type.rows.text + ")", e.bound};
  }
}

Expression Generator::container(const Type &type, int depth, Domain domain) {
  for (int attempt = 0; attempt < 8; ++attempt) {
    if (depth <= 0 || random.oneIn(3)) {
      const Variable *v = anyOf(find([&](const Variable &v) {
        return v.type == type && (domain == Domain::Any || v.domain != Domain::Any);
      }));
      if (v)
        return {v->name, v->bound};
    } else if (domain == Domain::Positive) {
      Expression e = container(type, depth - 1);
      if (random.oneIn(2))
        return {"exp(" + tamed(e, 2).text + ")", 8};
      return {"(0.5 + log1p_exp(" + tamed(e, 5).text + "))", 6};
    } else {
      std::optional<Expression> found;
      if (random.oneIn(2))
        found = elementwise(type, depth - 1);
      else if (type.kind == Kind::Vector)
        found = vectorOf(type.rows, depth - 1);
      else if (type.kind == Kind::Row)
        found = rowOf(type.rows, depth - 1);
      else
        found = matrixOf(type.rows, type.columns, depth - 1);
      if (found)
        return tamed(*found, largest);
    }
  }
  return filled(type, 0, domain);
}

std::optional<Expression> Generator::elementwise(const Type &type, int depth) {
  Expression a = container(type, depth);
  switch (random.below(10)) {
  case 9: // forms that lose digits
    return Expression{random.oneOf({"log(inv_logit(", "log1m(inv_logit(", "log(1 - inv_logit(", "log1p(exp(",
                                    "log(1 + exp(", "logit(inv_logit(", "log1m_exp(-exp(", "log(Phi("}) +
                          tamed(a, 2).text + "))",
                      8};
  case 0:
  case 1: {
    Expression b = container(type, depth);
    return Expression{"(" + a.text + random.oneOf({" + ", " - "}) + b.text + ")", a.bound + b.bound};
  }
  case 2: {
    Expression b = container(type, depth);
    return Expression{"(" + a.text + " .* " + b.text + ")", a.bound * b.bound};
  }
  case 3: {
    Expression b = container(type, depth, Domain::Positive);
    return Expression{"(" + tamed(a, 5).text + " ./ (0.4 + " + b.text + "))", 13};
  }
  case 4: {
    Expression b = real(depth);
    return Expression{"(" + b.text + " * " + a.text + ")", a.bound * b.bound};
  }
  case 5: {
    Expression b = real(depth);
    return Expression{"(" + a.text + random.oneOf({" + ", " - "}) + b.text + ")", a.bound + b.bound};
  }
  case 6:
    return Expression{random.oneOf({"tanh(", "sin(", "inv_logit(", "atan(", "Phi(", "-("}) + a.text + ")",
                      std::max(a.bound, 2.0)};
  case 7:
    return Expression{random.oneOf({"exp(", "square(", "log1p_exp(", "expm1("}) + tamed(a, 2).text + ")", 8};
  default: {
    Expression b = container(type, depth, Domain::Positive);
    return Expression{random.oneOf({"log(", "sqrt(", "lgamma("}) + tamed(b, 9).text + " + 0.2)", 13};
  }
  }
}

std::optional<Expression> Generator::vectorOf(const Size &size, int depth) {
  double n = std::max(size.value, 1);
  switch (random.below(14)) {
  case 0:
  case 1: {
    const Size &inner = anySize();
    Expression m = tamed(container({Kind::Matrix, size, inner}, depth), 5),
               v = tamed(container({Kind::Vector, inner}, depth), 5);
    return Expression{"(" + m.text + " * " + v.text + ")", std::max(inner.value, 1) * m.bound * v.bound};
  }
  case 2:
  case 3: { // a gather
    const Variable *index = anyOf(find([&](const Variable &v) {
      return v.type.kind == Kind::Ints && v.type.rows == size && !v.indexes.empty();
    }));
    if (!index)
      return std::nullopt;
    Size of = {index->indexes, 0};
    for (const Size &known : sizes)
      if (known == of)
        of = known;
    Expression v = container({Kind::Vector, of}, random.oneIn(2) ? 0 : depth);
    return Expression{"(" + v.text + ")[" + index->name + "]", v.bound};
  }
  case 4: {
    const Variable *m =
        anyOf(find([&](const Variable &v) { return v.type.kind == Kind::Matrix && v.type.rows == size; }));
    if (!m)
      return std::nullopt;
    auto j = indexInto(m->type.columns);
    return j ? std::optional(Expression{random.oneIn(2) ? m->name + "[ : , " + *j + "]"
                                                        : "col(" + m->name + ", " + *j + ")",
                                        m->bound})
             : std::nullopt;
  }
  case 5: {
    Expression r = container({Kind::Row, size}, depth);
    return Expression{r.text + "'", r.bound};
  }
  case 6: {
    const Variable *a = anyOf(find([&](const Variable &v) {
      return (v.type.kind == Kind::Reals || v.type.kind == Kind::Ints) && v.type.rows == size;
    }));
    return a ? std::optional(Expression{"to_vector(" + a->name + ")", a->bound}) : std::nullopt;
  }
  case 7: {
    Expression v = container({Kind::Vector, size}, depth);
    if (size.value > 0 && random.oneIn(2))
      return Expression{random.oneOf({"softmax(", "log_softmax("}) + tamed(v, 3).text + ")", 10};
    return random.oneIn(2) ? Expression{"cumulative_sum(" + v.text + ")", n * v.bound}
                           : Expression{"reverse(" + v.text + ")", v.bound};
  }
  case 8: {
    if (inFunction || size.value == 0)
      return std::nullopt;
    for (const Function &function : functions)
      if (function.shape == Function::Elementwise)
        return Expression{function.name + "(" + tamed(container({Kind::Vector, size}, depth), 5).text + ", " +
                              realUpTo(5, depth).text + ")",
                          largest};
    return std::nullopt;
  }
  case 9: { // the one next to it
    const Variable *v = anyOf(find([&](const Variable &v) {
      return v.type.kind == Kind::Vector && v.type.rows.text + " - 1" == size.text && v.type.rows.value > 1;
    }));
    if (!v)
      return std::nullopt;
    std::string all = v->type.rows.text;
    switch (random.below(4)) {
    case 0:
      return Expression{v->name + "[2 : " + all + "]", v->bound};
    case 1:
      return Expression{v->name + "[ : " + all + " - 1]", v->bound};
    case 2:
      return Expression{"head(" + v->name + ", " + size.text + ")", v->bound};
    default:
      return Expression{"segment(" + v->name + ", 2, " + size.text + ")", v->bound};
    }
  }
  case 10: {
    const Variable *a = anyOf(
        find([&](const Variable &v) { return v.type.kind == Kind::Vectors && v.type.columns == size; }));
    std::optional<std::string> i;
    if (!a || !(i = indexInto(a->type.rows)))
      return std::nullopt;
    return Expression{a->name + "[" + *i + "]", a->bound};
  }
  case 11: {
    Expression m = container({Kind::Matrix, size, size}, depth);
    return size.value < 6 ? std::optional(Expression{"diagonal(" + m.text + ")", m.bound}) : std::nullopt;
  }
  case 12: {
    if (size.value < 1 || size.value > 5)
      return std::nullopt;
    Expression s = positiveDefinite(size, depth), v = tamed(container({Kind::Vector, size}, depth), 2);
    switch (random.below(4)) {
    case 0:
      return Expression{"mdivide_left_spd(" + s.text + ", " + v.text + ")", 20};
    case 1:
      return Expression{"mdivide_left_tri_low(cholesky_decompose(" + s.text + "), " + v.text + ")", 20};
    case 2:
      return Expression{"(" + s.text + " \\ " + v.text + ")", 20};
    default:
      return Expression{"(cholesky_decompose(" + s.text + ") * " + v.text + ")", 40};
    }
  }
  default: {
    if (size.value < 2)
      return std::nullopt;
    Expression a = real(depth), v = container({Kind::Vector, {size.text + " - 1", size.value - 1}}, depth);
    return Expression{"append_row(" + (random.oneIn(2) ? a.text + ", " + v.text : v.text + ", " + a.text) +
                          ")",
                      std::max(a.bound, v.bound)};
  }
  }
}

std::optional<Expression> Generator::rowOf(const Size &size, int depth) {
  switch (random.below(6)) {
  case 0:
  case 1: {
    const Variable *m =
        anyOf(find([&](const Variable &v) { return v.type.kind == Kind::Matrix && v.type.columns == size; }));
    std::optional<std::string> i;
    if (!m || !(i = indexInto(m->type.rows)))
      return std::nullopt;
    return Expression{random.oneIn(3) ? "row(" + m->name + ", " + *i + ")" : m->name + "[" + *i + "]",
                      m->bound};
  }
  case 2: {
    const Size &inner = anySize();
    Expression r = tamed(container({Kind::Row, inner}, depth), 5),
               m = tamed(container({Kind::Matrix, inner, size}, depth), 5);
    return Expression{"(" + r.text + " * " + m.text + ")", std::max(inner.value, 1) * m.bound * r.bound};
  }
  case 3: {
    const Size &inner = anySize();
    Type type = {Kind::Matrix, inner, size};
    Expression a = tamed(container(type, depth), 5), b = tamed(container(type, depth), 5);
    return Expression{"columns_dot_product(" + a.text + ", " + b.text + ")",
                      std::max(inner.value, 1) * a.bound * b.bound};
  }
  case 4: {
    const Variable *a =
        anyOf(find([&](const Variable &v) { return v.type.kind == Kind::Reals && v.type.rows == size; }));
    return a ? std::optional(Expression{"to_row_vector(" + a->name + ")", a->bound}) : std::nullopt;
  }
  default: {
    Expression v = container({Kind::Vector, size}, depth);
    return Expression{v.text + "'", v.bound};
  }
  }
}

Expression Generator::positiveDefinite(const Size &size, int depth) {
  const Variable *v = anyOf(find(
      [&](const Variable &v) { return v.type == Type{Kind::Matrix, size, size} && v.isPositiveDefinite; }));
  if (v && random.oneIn(2))
    return {random.oneIn(2)
                ? v->name
                : "quad_form_diag(" + v->name + ", " +
                      tamed(container({Kind::Vector, size}, depth, Domain::Positive), 8).text + ")",
            64 * v->bound};
  const Size &inner = anySize();
  Expression m = tamed(container({Kind::Matrix, size, inner}, depth), 2);
  if (random.oneIn(3))
    return {"add_diag(crossprod(" + m.text + "'), " + real(depth, Domain::Positive).text + " + 0.5)", 100};
  return {"add_diag(tcrossprod(" + m.text + "), " + real(depth, Domain::Positive).text + " + 0.5)", 100};
}

std::optional<Expression> Generator::matrixOf(const Size &rows, const Size &columns, int depth) {
  double inner = 1;
  switch (random.below(9)) {
  case 7: {
    Expression m = container({Kind::Matrix, rows, columns}, depth);
    return Expression{"to_matrix(to_vector(" + m.text + "), " + rows.text + ", " + columns.text + ")",
                      m.bound};
  }
  case 0: {
    Expression v = container({Kind::Vector, rows}, depth), r = container({Kind::Row, columns}, depth);
    return Expression{"(" + v.text + " * " + r.text + ")", v.bound * r.bound};
  }
  case 1: {
    const Size &between = anySize();
    inner = std::max(between.value, 1);
    Expression a = tamed(container({Kind::Matrix, rows, between}, depth), 5),
               b = tamed(container({Kind::Matrix, between, columns}, depth), 5);
    return Expression{"(" + a.text + " * " + b.text + ")", inner * a.bound * b.bound};
  }
  case 2: {
    Expression m = container({Kind::Matrix, columns, rows}, depth);
    return Expression{m.text + "'", m.bound};
  }
  case 3: {
    Expression v = container({Kind::Vector, rows}, depth),
               m = container({Kind::Matrix, rows, columns}, depth);
    return Expression{"diag_pre_multiply(" + v.text + ", " + m.text + ")", v.bound * m.bound};
  }
  case 4: {
    Expression v = container({Kind::Vector, columns}, depth),
               m = container({Kind::Matrix, rows, columns}, depth);
    return Expression{"diag_post_multiply(" + m.text + ", " + v.text + ")", v.bound * m.bound};
  }
  case 5: { // rows that data choose
    const Variable *index = anyOf(find([&](const Variable &v) {
      return v.type.kind == Kind::Ints && v.type.rows == rows && !v.indexes.empty();
    }));
    if (!index)
      return std::nullopt;
    const Variable *m = anyOf(find([&](const Variable &v) {
      return v.type.kind == Kind::Matrix && v.type.rows.text == index->indexes && v.type.columns == columns;
    }));
    return m ? std::optional(Expression{m->name + "[" + index->name + "]", m->bound}) : std::nullopt;
  }
  case 6:
    if (rows == columns && rows.value > 0 && rows.value < 6) {
      Expression s = positiveDefinite(rows, depth);
      return Expression{random.oneOf({"cholesky_decompose(", "inverse_spd("}) + s.text + ")", 12};
    }
    return std::nullopt;
  default:
    return filled({Kind::Matrix, rows, columns}, depth, Domain::Any);
  }
}
