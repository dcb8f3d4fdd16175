//===- Printer.h - what print statements write ------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines Printer, the text that one evaluation writes: kept until the evaluation is known to
// count, then handed on at once, so that lines of several threads do not mix.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_MODEL_PRINTER_H
#define ASTRAGAL_RUNTIME_MODEL_PRINTER_H

#include "runtime/abi.h"

#include <functional>
#include <string>
#include <string_view>

namespace astragal::model {

/// Takes whole lines, each with its '\n'. Called by several threads at once.
using PrintSink = std::function<void(std::string_view lines)>;

void printToStdout(std::string_view lines);

/// Numbers are formatted as Stan formats them.
class Printer {
public:
  explicit Printer(const PrintSink &sink);
  Printer(const Printer &) = delete;
  Printer &operator=(const Printer &) = delete;

  /// For astragal_call; null if nobody takes the text.
  const astragal_printer *get() const { return sink ? &functions : nullptr; }

  bool isEmpty() const { return text.empty(); }
  void discard() { text.clear(); }
  void flush();

private:
  const PrintSink &sink;
  std::string text;
  astragal_printer functions;
};

} // namespace astragal::model

#endif // ASTRAGAL_RUNTIME_MODEL_PRINTER_H
