//===- Data.h - named values from a file or a caller ------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines Data: values by name, as people write them (row-major, a matrix is a list of rows).
// Layout.h brings them into the storage order of compiled models.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_IO_DATA_H
#define ASTRAGAL_RUNTIME_IO_DATA_H

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace astragal::io {

/// Numbers with a shape.
struct Value {
  std::vector<int64_t> dims;  ///< empty for a scalar
  std::vector<double> values; ///< row-major: the last index varies fastest
  bool isInt = false;         ///< all were written as integers, 1 and not 1.0
  uint32_t line = 0;          ///< where in the file, 1-based; 0 if unknown
  std::string problem;        ///< why this is not an array of numbers, as "is a string"; empty if it is one

  static Value real(double value) { return {{}, {value}, false, 0, {}}; }
  static Value integer(int64_t value) { return {{}, {double(value)}, true, 0, {}}; }
  static Value reals(std::vector<int64_t> dims, std::vector<double> values) {
    return {std::move(dims), std::move(values), false, 0, {}};
  }
  static Value integers(std::vector<int64_t> dims, std::vector<double> values) {
    return {std::move(dims), std::move(values), true, 0, {}};
  }
};

/// Values by name, and where they come from (for messages).
class Data {
public:
  explicit Data(std::string source = "data") : sourceName(std::move(source)) {}

  /// Sets or replaces a value.
  void set(std::string name, Value value) { values.insert_or_assign(std::move(name), std::move(value)); }
  /// Null if there is none.
  const Value *find(std::string_view name) const {
    auto found = values.find(name);
    return found == values.end() ? nullptr : &found->second;
  }
  const std::string &source() const { return sourceName; }
  const std::map<std::string, Value, std::less<>> &all() const { return values; }

private:
  std::string sourceName;
  std::map<std::string, Value, std::less<>> values;
};

/// "[2, 3]".
std::string formatShape(const std::vector<int64_t> &dims);

} // namespace astragal::io

#endif // ASTRAGAL_RUNTIME_IO_DATA_H
