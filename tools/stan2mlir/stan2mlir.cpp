#include "compiler/stan/Lower.h"
#include "compiler/stan/Parser.h"
#include "compiler/stan/TypeChecker.h"
#include "mlir/IR/MLIRContext.h"
#include <fstream>
#include <sstream>
#include <cstdlib>
using namespace astragal::stan;
int main(int argc, char **argv) {
  std::ifstream in(argv[1]); std::stringstream ss; ss << in.rdbuf();
  SourceManager sm; unsigned f = sm.addText(argv[1], ss.str());
  Diagnostics d(sm); auto p = parse(sm, f, d);
  if (d.hasErrors() || !check(*p, d)) { d.print(llvm::errs()); return 1; }
  LowerOptions o; for (int i = 2; i + 1 < argc; i += 2) o.sizes[argv[i]] = atoi(argv[i+1]);
  mlir::MLIRContext c(mlir::MLIRContext::Threading::DISABLED); auto m = lower(*p, c, d, o);
  d.print(llvm::errs()); if (!m) return 1; m->print(llvm::outs()); return 0;
}
