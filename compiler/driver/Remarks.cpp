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

/// The place of the program that a location leads to, for code that was inlined: the call that the program
/// makes.
static FileLineColLoc findCall(Location location) {
  if (auto call = dyn_cast<CallSiteLoc>(location))
    if (FileLineColLoc place = findCall(call.getCaller()))
      return place;
  FileLineColLoc place;
  location->walk([&](Location inner) {
    if (isa<CallSiteLoc>(inner) && inner != location) {
      place = findCall(inner);
      return WalkResult::interrupt();
    }
    place = dyn_cast<FileLineColLoc>(inner);
    return place ? WalkResult::interrupt() : WalkResult::advance();
  });
  return place;
}

/// The place where the code itself is written.
static FileLineColLoc findCode(Location location) {
  FileLineColLoc place;
  location->walk([&](Location inner) {
    place = dyn_cast<FileLineColLoc>(inner);
    return place ? WalkResult::interrupt() : WalkResult::advance();
  });
  return place;
}

static std::string format(FileLineColLoc place) {
  return place.getFilename().str() + ":" + std::to_string(place.getLine()) + ":" +
         std::to_string(place.getColumn());
}

class Remarks::Streamer final : public remark::detail::MLIRRemarkStreamerBase {
public:
  explicit Streamer(Remarks &remarks) : remarks(remarks) {}

  void streamOptimizationRemark(const remark::detail::Remark &remark) override {
    FileLineColLoc place = findCall(remark.getLocation()), code = findCode(remark.getLocation());
    bool isDone = remark.getRemarkType() == llvm::remarks::Type::Passed;
    std::string text = isDone ? "done" : "declined";
    for (const remark::detail::Remark::Arg &argument : remark.getArgs())
      text += ": " + argument.val;
    if (place && place.getFilename() != code.getFilename())
      text += " (in " + format(code) + ", which is called here)";
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
