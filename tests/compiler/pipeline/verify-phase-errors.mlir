// RUN: not astragal-opt %s --verify-phase=phase=nothing 2>&1 | FileCheck %s

// CHECK: error: unknown phase 'nothing'
module {}
