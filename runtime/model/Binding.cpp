//===- Binding.cpp - data in the form that models read --------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/model/Binding.h"
#include "runtime/Error.h"
#include "runtime/io/Layout.h"
#include "runtime/io/Similar.h"
#include "runtime/model/SingleData.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

using namespace astragal;
using namespace astragal::model;

static bool isScalarInt(const astragal_variable &variable) {
  return variable.rank == 0 && variable.scalar == ASTRAGAL_INT;
}

/// The shortest text that reads back as this number.
static std::string formatValue(double value) {
  if (std::isnan(value))
    return "nan";
  char text[32];
  return std::string(text, std::to_chars(text, text + sizeof text, value).ptr);
}

/// "3" or "[3, 2]": the place of an element as people count, given that in storage.
static std::string formatElement(const astragal_variable &variable, const std::vector<int64_t> &dims,
                                 int64_t place) {
  std::string text;
  for (int64_t at : io::indicesOfStorage(dims, variable.array_rank, place))
    text += (text.empty() ? "" : ", ") + std::to_string(at + 1);
  return dims.size() == 1 ? text : "[" + text + "]";
}

/// Whether the value is an array of integers of 32 bits.
static bool isIntegers(const io::Value &value) {
  auto fits = [](double number) { return number >= -2147483648.0 && number < 2147483648.0; };
  return value.problem.empty() && value.isInt && std::all_of(value.values.begin(), value.values.end(), fits);
}

Binding::Binding(const astragal_model &model, const io::Data &data)
    : model(model), blocks(model.num_data), addresses(model.num_data, nullptr) {
  for (unsigned i = 0; i < model.num_data; ++i)
    if (isScalarInt(model.data[i]))
      bindVariable(i, data, {});

  // Sizes may be computed from integer arrays, which bind looks at only when it has the sizes.
  for (unsigned i = 0; i < model.num_data; ++i) {
    const astragal_variable &variable = model.data[i];
    size_t first = found.size();
    found.resize(first + variable.rank, ASTRAGAL_NO_SIZE);
    if (variable.rank == 0 || variable.scalar != ASTRAGAL_INT)
      continue;
    const io::Value *value = data.find(variable.name);
    if (value && isIntegers(*value) && value->dims.size() == variable.rank) {
      std::copy(value->dims.begin(), value->dims.end(), found.begin() + first);
      store<int32_t>(i, *value, value->dims);
    } else {
      blocks[i] = pool::Block(64);
      addresses[i] = blocks[i].data();
    }
  }
}

void Binding::bind(const io::Data &data, const std::vector<int64_t> &sizes) {
  auto size = sizes.begin();
  for (unsigned i = 0; i < model.num_data; ++i) {
    std::vector<int64_t> dims(size, size + model.data[i].rank);
    size += model.data[i].rank;
    if (!isScalarInt(model.data[i]))
      bindVariable(i, data, dims);
  }
}

/// A name that the data has and the model does not ask for, where it looks like the one that is missing.
static std::string suggestName(const astragal_model &model, const io::Data &data, const char *name) {
  std::vector<std::string> spare;
  for (const auto &[key, value] : data.all())
    if (std::none_of(model.data, model.data + model.num_data, [&](const auto &v) { return key == v.name; }))
      spare.push_back(key);
  std::string similar = io::findSimilar(name, spare);
  return similar.empty() ? "" : "; there is '" + similar + "', which the model does not ask for";
}

/// "d.json:1: variable 'N', a size of variable 'y', must not be negative, got -2"; if the size is no
/// variable, it says how the program writes it.
std::string Binding::describeNegativeSize(unsigned index, const io::Data &data, size_t dimension,
                                          int64_t size) const {
  std::string_view text = model.data[index].sizes ? model.data[index].sizes : "";
  for (size_t i = 0; i < dimension && !text.empty(); ++i)
    text.remove_prefix(std::min(text.find('\n') + 1, text.size()));
  std::string expression(text.substr(0, text.find('\n')));
  const io::Value *value = data.find(expression);
  std::string of = std::string("a size of variable '") + model.data[index].name + "'";
  if (value)
    of = "variable '" + expression + "', " + of;
  else if (!expression.empty())
    of = expression + ", " + of;
  if (!value)
    value = data.find(model.data[index].name);
  std::string line = value && value->line ? ":" + std::to_string(value->line) : "";
  return data.source() + line + ": " + of + ", must not be negative, got " + std::to_string(size);
}

void Binding::bindVariable(unsigned index, const io::Data &data, const std::vector<int64_t> &dims) {
  const astragal_variable &variable = model.data[index];
  const io::Value *value = data.find(variable.name);
  std::string place = data.source();
  if (value && value->line)
    place += ":" + std::to_string(value->line);
  std::string prefix = place + ": variable '" + variable.name + "'";
  std::string declared = describePlace(variable);
  if (!declared.empty())
    declared = " (declared at " + declared + ")";

  for (size_t dim = 0; dim < dims.size(); ++dim)
    if (dims[dim] < 0)
      throw Error(Error::Kind::Data, describeNegativeSize(index, data, dim, dims[dim]) + declared);
  bool empty = std::find(dims.begin(), dims.end(), 0) != dims.end();
  if (!value && !empty)
    throw Error(Error::Kind::Data,
                prefix + " is missing" + declared + suggestName(model, data, variable.name));
  if (!value || (empty && value->values.empty() && value->problem.empty())) {
    // Nothing to read; the address is still one that may be formed.
    blocks[index] = pool::Block(64);
    addresses[index] = blocks[index].data();
    return;
  }
  if (!value->problem.empty())
    throw Error(Error::Kind::Data, prefix + " " + value->problem + declared);
  if (value->dims != dims)
    throw Error(Error::Kind::Data, prefix + ": expected shape " + io::formatShape(dims) + declared +
                                       ", got " + io::formatShape(value->dims));
  if (variable.scalar == ASTRAGAL_REAL) {
    store<double>(index, *value, dims);
    if (!variable.single_rows)
      return;
    auto *values = static_cast<const double *>(addresses[index]);
    if (std::optional<int64_t> at = findUnfit(values, io::numElements(dims)))
      throw Error(Error::Kind::Data, prefix + ": expected what single precision holds, 1.2e-38 to 3.4e38" +
                                         declared + ", got " + formatValue(values[*at]) + " (element " +
                                         formatElement(variable, dims, *at) + ")");
    std::string loss = describeLoss(variable, dims, values);
    if (!loss.empty())
      lost.push_back(place + ": warning: " + loss + declared);
    return;
  }

  if (!value->isInt) {
    auto broken = std::find_if(value->values.begin(), value->values.end(),
                               [](double number) { return !(std::floor(number) == number); });
    std::string got = "reals";
    if (broken != value->values.end())
      got = formatValue(*broken) +
            (dims.size() == 1 ? " (element " + std::to_string(broken - value->values.begin() + 1) + ")" : "");
    throw Error(Error::Kind::Data, prefix + ": expected integers" + declared + ", got " + got);
  }
  if (!isIntegers(*value))
    throw Error(Error::Kind::Data, prefix + ": an integer is outside the range of 32 bits" + declared);
  store<int32_t>(index, *value, dims);
}

template <typename T>
void Binding::store(unsigned index, const io::Value &value, const std::vector<int64_t> &dims) {
  blocks[index] = pool::Block(std::max<size_t>(64, value.values.size() * sizeof(T)));
  io::rowMajorToStorage(value.values.data(), static_cast<T *>(blocks[index].data()), dims,
                        model.data[index].array_rank);
  addresses[index] = blocks[index].data();
}

std::string Binding::describeFirst(const io::Data &data, const std::vector<int64_t> &sizes,
                                   bool (*is)(double)) const {
  auto size = sizes.begin();
  for (unsigned i = 0; i < model.num_data; ++i) {
    const astragal_variable &variable = model.data[i];
    std::vector<int64_t> dims(size, size + variable.rank);
    size += variable.rank;
    if (variable.scalar != ASTRAGAL_REAL)
      continue;
    const double *values = static_cast<const double *>(addresses[i]), *end = values + io::numElements(dims);
    const double *found = std::find_if(values, end, is);
    if (found == end)
      continue;
    const io::Value *value = data.find(variable.name);
    std::string text = data.source() + (value && value->line ? ":" + std::to_string(value->line) : "") +
                       ": variable '" + variable.name + "' is " + formatValue(*found);
    return dims.empty() ? text : text + " (element " + formatElement(variable, dims, found - values) + ")";
  }
  return "";
}

std::string Binding::describeNan(const io::Data &data, const std::vector<int64_t> &sizes) const {
  return describeFirst(data, sizes, [](double x) { return std::isnan(x); });
}

std::string Binding::describeInfinity(const io::Data &data, const std::vector<int64_t> &sizes) const {
  return describeFirst(data, sizes, [](double x) { return std::isinf(x); });
}

static std::string formatExplanation(const char *text, const double *values) {
  std::string result;
  const double *end = values + ASTRAGAL_MAX_EXPLAINED;
  for (std::string_view rest = text; !rest.empty();) {
    if (rest.starts_with("{}") && values != end) {
      result += formatValue(*values++);
      rest.remove_prefix(2);
    } else if (rest.starts_with("{+}") && values != end) {
      result += formatValue(*values++ + 1);
      rest.remove_prefix(3);
    } else {
      result += rest.front();
      rest.remove_prefix(rest.starts_with("{{") ? 2 : 1);
    }
  }
  return result;
}

static std::string formatPlace(const char *file, uint32_t line, uint32_t column) {
  std::string text = file ? file : "";
  if (line) {
    text += (text.empty() ? "line " : ":") + std::to_string(line);
    if (column)
      text += ":" + std::to_string(column);
  }
  return text;
}

std::string astragal::model::describePlace(const astragal_variable &variable) {
  return formatPlace(variable.file, variable.line, variable.column);
}

std::string astragal::model::describePlace(const astragal_check &check) {
  std::string text = formatPlace(check.file, check.line, check.column);
  return text.empty() ? text : text + ": ";
}

std::string astragal::model::describeCheck(const astragal_model &model, int32_t index,
                                           const double *explained) {
  if (index < 0 || uint32_t(index) >= model.num_checks)
    return "an unknown check failed";
  const astragal_check &check = model.checks[index];
  std::string text = describePlace(check);
  if (explained && check.explanation && *check.explanation)
    return text + formatExplanation(check.explanation, explained);
  return text + (check.message ? check.message : "a check failed");
}
