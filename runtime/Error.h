//===- Error.h - what the runtime throws ------------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines the one exception type of the runtime. Messages are lower case, without a full stop, and
// name the place (file, variable, line) they are about.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_ERROR_H
#define ASTRAGAL_RUNTIME_ERROR_H

#include <stdexcept>
#include <string>

namespace astragal {

/// An error that a caller can report and go on from.
class Error : public std::runtime_error {
public:
  /// Whose fault it is: the data's, the model's, the caller's, the system's.
  enum class Kind { Data, Model, Usage, IO };

  Error(Kind kind, const std::string &message) : std::runtime_error(message), errorKind(kind) {}
  Kind kind() const { return errorKind; }

private:
  Kind errorKind;
};

} // namespace astragal

#endif // ASTRAGAL_RUNTIME_ERROR_H
