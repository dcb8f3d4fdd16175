//===- Json.h - Stan's JSON data --------------------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the reader of Stan's JSON: one object of numbers and nested arrays of numbers, a matrix
// as a list of rows; NaN and the infinities bare (NaN, Infinity, -Infinity, Inf, -Inf) or as strings ("NaN",
// "nan", "Inf", "+inf", "-Infinity" ...). Of duplicate names the last wins. Values of another kind (strings,
// objects, ragged arrays) are kept with their problem, which matters only if the model asks for that name.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_IO_JSON_H
#define ASTRAGAL_RUNTIME_IO_JSON_H

#include "runtime/io/Data.h"

#include <string>

namespace astragal::io {

/// Throws Error: IO if the file cannot be read, Data with "file:line:column: message" if it is not such JSON.
Data readJson(const std::string &path);

/// The same for text in memory; `source` stands for the file in messages.
Data parseJson(std::string text, const std::string &source = "data");

/// The spellings of NaN and infinities that a string may have. False if it is none of them.
bool parseSpecial(const std::string &text, double &value);

} // namespace astragal::io

#endif // ASTRAGAL_RUNTIME_IO_JSON_H
