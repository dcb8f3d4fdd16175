// RUN: astragal-opt --lower-to-llvm --split-input-file %s | FileCheck %s

// The clock is read where the caller wants a profile. What has passed belongs to the region, and is an event if there is room.

// CHECK-LABEL: llvm.func @gradient
// CHECK: llvm.icmp "ne" %[[PROFILE:[0-9]+]],
// CHECK: llvm.cond_br
// CHECK: llvm.call_intrinsic "llvm.{{x86.rdtscp|readsteadycounter}}"()
// CHECK-NOT: llvm.sub
// CHECK: llvm.icmp "ne" %[[PROFILE]],
// CHECK: llvm.cond_br
// CHECK: llvm.call_intrinsic
// CHECK: %[[PASSED:.*]] = llvm.sub %[[NOW:[0-9]+]],
// CHECK: llvm.add %{{.*}}, %[[PASSED]]
// CHECK: llvm.cond_br
// CHECK: llvm.store %[[NOW]]
// CHECK: llvm.return
func.func @gradient(%n: i32 {prob.binding = #prob.binding<data, 0>}) {
  %rows = arith.index_cast %n : i32 to index
  tg.mark begin 0
  tg.mark 0 rows(%rows)
  return
}

// -----

// Without marks there is no profile.

// CHECK-LABEL: llvm.func @gradient
// CHECK-NOT: llvm.call_intrinsic
// CHECK: llvm.return
func.func @gradient(%x: f64 {prob.binding = #prob.binding<data, 0>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  return %x : f64
}
