//===- Passes.td - checking phases --------------------------*- tablegen -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_PIPELINE_PASSES_TD
#define ASTRAGAL_PIPELINE_PASSES_TD

include "mlir/Pass/PassBase.td"

def VerifyPhase : Pass<"verify-phase", "::mlir::ModuleOp"> {
  let summary = "Fail where an operation of an earlier phase survived";
  let description = [{
    Each phase promises which dialects are left (see Phases.h). This pass holds it to that, so that a pass that
    silently does less than its phase says is found where it happens and not three phases later.
  }];
  let options = [Option<"phase", "phase", "std::string", /*default=*/"", "The phase that was reached">];
}

#endif // ASTRAGAL_PIPELINE_PASSES_TD
