//===- Binding.cpp - data in the form that models read --------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/model/Binding.h"
#include "runtime/Error.h"
#include "runtime/io/Layout.h"

#include <algorithm>
#include <cmath>

using namespace astragal;
using namespace astragal::model;

static bool isScalarInt(const astragal_variable &variable) {
  return variable.rank == 0 && variable.scalar == ASTRAGAL_INT;
}

Binding::Binding(const astragal_model &model, const io::Data &data)
    : model(model), blocks(model.num_data), addresses(model.num_data, nullptr) {
  for (unsigned i = 0; i < model.num_data; ++i)
    if (isScalarInt(model.data[i]))
      bindVariable(i, data, {});
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

void Binding::bindVariable(unsigned index, const io::Data &data, const std::vector<int64_t> &dims) {
  const astragal_variable &variable = model.data[index];
  const io::Value *value = data.find(variable.name);
  std::string place = data.source();
  if (value && value->line)
    place += ":" + std::to_string(value->line);
  std::string prefix = place + ": variable '" + variable.name + "'";
  std::string declared;
  if (variable.line)
    declared = std::string(" (declared at ") + model.name + " line " + std::to_string(variable.line) + ")";

  for (int64_t dim : dims)
    if (dim < 0)
      throw Error(Error::Kind::Data, prefix + ": negative size " + std::to_string(dim) + declared);
  bool empty = std::find(dims.begin(), dims.end(), 0) != dims.end();
  if (!value && !empty)
    throw Error(Error::Kind::Data, prefix + " is missing" + declared);
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
  if (variable.scalar == ASTRAGAL_REAL)
    return store<double>(index, *value, dims);

  if (!value->isInt)
    throw Error(Error::Kind::Data, prefix + ": expected integers" + declared + ", got reals");
  for (double number : value->values)
    if (!(std::fabs(number) <= 2147483648.0) || number == 2147483648.0)
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

std::string astragal::model::describeCheck(const astragal_model &model, int32_t index) {
  if (index < 0 || uint32_t(index) >= model.num_checks)
    return "an unknown check failed";
  const astragal_check &check = model.checks[index];
  std::string text = check.file && *check.file ? check.file : "";
  if (check.line) {
    text += (text.empty() ? "line " : ":") + std::to_string(check.line);
    if (check.column)
      text += ":" + std::to_string(check.column);
  }
  if (!text.empty())
    text += ": ";
  return text + (check.message ? check.message : "a check failed");
}
