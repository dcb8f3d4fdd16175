// RUN: not astragal-opt %s --interpret=entries=no_such_entry 2>&1 | FileCheck %s

// CHECK: error: unknown entry 'no_such_entry'
prob.model @m {}
