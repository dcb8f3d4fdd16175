//===- Remarks.cpp - what passes did and declined -------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Remarks.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "mlir/IR/Remarks.h"

using namespace mlir;

namespace astragal::driver {

class Remarks::Streamer final : public remark::detail::MLIRRemarkStreamerBase {
public:
  explicit Streamer(Remarks &remarks) : remarks(remarks) {}

  void streamOptimizationRemark(const remark::detail::Remark &remark) override {
    FileLineColLoc place;
    remark.getLocation()->walk([&](Location inner) {
      place = dyn_cast<FileLineColLoc>(inner);
      return place ? WalkResult::interrupt() : WalkResult::advance();
    });
    bool isDone = remark.getRemarkType() == llvm::remarks::Type::Passed;
    std::string text = isDone ? "done" : "declined";
    for (const remark::detail::Remark::Arg &argument : remark.getArgs())
      text += ": " + argument.val;
    remarks.lines.emplace(place ? place.getFilename().str() : "", place ? place.getLine() : 0,
                          place ? place.getColumn() : 0, remark.getRemarkName().str(), text);
  }

private:
  Remarks &remarks;
};

void Remarks::collect(MLIRContext &context) {
  remark::RemarkCategories all;
  all.passed = all.missed = all.failed = all.analysis = ".*";
  // It cannot fail with a pattern that is right.
  (void)remark::enableOptimizationRemarks(context, std::make_unique<Streamer>(*this),
                                          std::make_unique<remark::RemarkEmittingPolicyAll>(), all);
}

std::string Remarks::print() const {
  std::string text;
  for (const auto &[file, line, column, pass, what] : lines) {
    if (line)
      text += file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": ";
    text += pass + ": " + what + "\n";
  }
  return text;
}

} // namespace astragal::driver
