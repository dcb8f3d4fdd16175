//===- Binding.h - data in the form that models read ------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the step from named values to the pointers of astragal_call::data, and from a failed
// check to its message.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_MODEL_BINDING_H
#define ASTRAGAL_RUNTIME_MODEL_BINDING_H

#include "runtime/abi.h"
#include "runtime/io/Data.h"
#include "runtime/pool/WorkspacePool.h"

#include <string>
#include <vector>

namespace astragal::model {

/// The data of a model in storage order.
class Binding {
public:
  /// Takes the integers, on which sizes depend; the shapes of arrays are checked by bind. Throws Error (Data)
  /// for a scalar that is missing or wrong.
  Binding(const astragal_model &model, const io::Data &data);

  /// Takes everything else, given what ASTRAGAL_DATA_SIZES wrote. Throws Error (Data).
  void bind(const io::Data &data, const std::vector<int64_t> &sizes);

  /// "d.json:2: variable 'y' is nan (element 3)" of the first number that is none, or is infinite; given what
  /// bind was.
  std::string describeNan(const io::Data &data, const std::vector<int64_t> &sizes) const;
  std::string describeInfinity(const io::Data &data, const std::vector<int64_t> &sizes) const;

  /// What is kept in single precision and loses digits of what tells its elements apart, a message each.
  const std::vector<std::string> &losses() const { return lost; }

  const void *const *pointers() const { return addresses.data(); }

  /// See astragal_call::shapes.
  const int64_t *shapes() const { return found.data(); }

private:
  template <typename T> void store(unsigned index, const io::Value &value, const std::vector<int64_t> &dims);
  void bindVariable(unsigned index, const io::Data &data, const std::vector<int64_t> &dims);
  std::string describeNegativeSize(unsigned index, const io::Data &data, size_t dimension,
                                   int64_t size) const;
  std::string describeFirst(const io::Data &data, const std::vector<int64_t> &sizes,
                            bool (*is)(double)) const;

  const astragal_model &model;
  std::vector<pool::Block> blocks;
  std::vector<const void *> addresses;
  std::vector<int64_t> found; // the dimensions of integer arrays
  std::vector<std::string> lost;
};

/// "file:line:column", or what is known of it. Of a variable: of its declaration.
std::string describePlace(const astragal_variable &variable);
/// The same with ": " behind it, where there is one.
std::string describePlace(const astragal_check &check);

/// "file:line:column: message" of the check with this index (astragal_call::failed_check minus one). With the
/// values that an entry which explains has stored, the message shows them.
std::string describeCheck(const astragal_model &model, int32_t index, const double *explained = nullptr);

} // namespace astragal::model

#endif // ASTRAGAL_RUNTIME_MODEL_BINDING_H
