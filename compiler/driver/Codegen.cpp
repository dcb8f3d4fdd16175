//===- Codegen.cpp - from the LLVM dialect to machine code ----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Codegen.h"
#include "compiler/driver/SplitModule.h"

#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Analysis/CGSCCPassManager.h"
#include "llvm/Analysis/LoopAnalysisManager.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/CodeGen/CodeGenTargetMachineImpl.h"
#include "llvm/CodeGen/MachineModuleInfo.h"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"
#include "llvm/Transforms/InstCombine/InstCombine.h"
#include "llvm/Transforms/Scalar/DeadStoreElimination.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/LICM.h"
#include "llvm/Transforms/Scalar/LoopPassManager.h"
#include "llvm/Transforms/Scalar/LoopRotation.h"
#include "llvm/Transforms/Scalar/SROA.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"

#include <array>
#include <chrono>
#include <system_error>
#include <thread>

using namespace llvm;

namespace astragal::driver {

static Error makeError(const Twine &message) { return createStringError(inconvertibleErrorCode(), message); }

static std::string getHostFeatures() {
  SubtargetFeatures features;
  for (const auto &feature : sys::getHostCPUFeatures())
    features.AddFeature(feature.first(), feature.second);
  return features.getString();
}

Expected<std::unique_ptr<TargetMachine>> makeTargetMachine(const TargetOptions &options) {
  static bool initialized = [] {
    InitializeNativeTarget();
    InitializeNativeTargetAsmPrinter();
    // Strength reduction takes most of the time of code generation in deep nests, and what it gains is not
    // measurable: indices are simple, and addresses have a base and an index. The switch is LLVM's only one,
    // for the whole process.
    if (auto *option = cl::getRegisteredOptions().lookup("disable-lsr"))
      static_cast<cl::opt<bool> *>(option)->setValue(true);
    return true;
  }();
  (void)initialized;
  bool host = options.cpu.empty() || options.cpu == "native";
  Triple triple(options.triple.empty() ? sys::getDefaultTargetTriple() : Triple::normalize(options.triple));
  std::string message;
  const Target *target = TargetRegistry::lookupTarget(triple, message);
  if (!target)
    return makeError("no code generation for '" + triple.str() + "': " + message);
  std::string cpu = host ? sys::getHostCPUName().str() : options.cpu;
  std::string features = host && options.features.empty() ? getHostFeatures() : options.features;
  // Without a name: LLVM itself would write a warning of an unknown one.
  std::unique_ptr<MCSubtargetInfo> known(target->createMCSubtargetInfo(triple, "", ""));
  if (!known || !known->isCPUStringValid(cpu))
    return makeError("unknown CPU '" + cpu + "' for '" + triple.str() + "'");
  llvm::TargetOptions machineOptions;
  machineOptions.AllowFPOpFusion = FPOpFusion::Strict; // FMAs are formed already, once for every schedule
  return std::unique_ptr<TargetMachine>(target->createTargetMachine(
      triple, cpu, features, machineOptions, Reloc::PIC_, std::nullopt, CodeGenOptLevel::Default));
}

static std::unique_ptr<MCSubtargetInfo> processors() {
  InitializeNativeTarget();
  Triple triple(sys::getDefaultTargetTriple());
  std::string message;
  const Target *target = TargetRegistry::lookupTarget(triple, message);
  return std::unique_ptr<MCSubtargetInfo>(target ? target->createMCSubtargetInfo(triple, "", "") : nullptr);
}

std::vector<std::string> processorNames() {
  std::vector<std::string> names;
  if (auto known = processors())
    for (const SubtargetSubTypeKV &processor : known->getAllProcessorDescriptions())
      names.push_back(processor.Key);
  return names;
}

Expected<std::unique_ptr<Module>> translate(mlir::ModuleOp source, LLVMContext &context,
                                            const TargetMachine &target) {
  mlir::DialectRegistry registry;
  mlir::registerBuiltinDialectTranslation(registry);
  mlir::registerLLVMDialectTranslation(registry);
  source.getContext()->appendDialectRegistry(registry);
  std::unique_ptr<Module> module =
      mlir::translateModuleToLLVMIR(source, context, "model", /*disableVerification=*/true);
  if (!module)
    return makeError("the module is not in phase llvm");
  module->setTargetTriple(target.getTargetTriple());
  module->setDataLayout(target.createDataLayout());
  bool wide = target.getMCSubtargetInfo()->checkFeatures("+avx512f");
  for (Function &function : *module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr(Attribute::NoUnwind);
    if (wide) // eight lanes are one register
      function.addFnAttr("prefer-vector-width", "512");
  }
  return module;
}

std::vector<CheckDescription> getChecks(mlir::ModuleOp module) {
  std::vector<CheckDescription> checks;
  auto table = module->getAttrOfType<mlir::ArrayAttr>("prob.checks");
  if (!table)
    return checks;
  for (auto entry : table.getAsRange<mlir::DictionaryAttr>()) {
    auto number = [&](StringRef name) {
      return static_cast<uint32_t>(entry.getAs<mlir::IntegerAttr>(name).getInt());
    };
    auto explanation = entry.getAs<mlir::StringAttr>("explanation");
    checks.push_back({entry.getAs<mlir::StringAttr>("message").str(),
                      entry.getAs<mlir::StringAttr>("file").str(), number("line"), number("column"),
                      number("kind"), explanation ? explanation.str() : ""});
  }
  return checks;
}

void optimize(Module &module, TargetMachine &target) {
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  PassBuilder builder(&target);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);

  FunctionPassManager passes;
  passes.addPass(SROAPass(SROAOptions::ModifyCFG));
  passes.addPass(EarlyCSEPass(/*UseMemorySSA=*/true));
  passes.addPass(SimplifyCFGPass());
  passes.addPass(InstCombinePass());
  LoopPassManager loopPasses;
  loopPasses.addPass(LoopRotatePass());
  loopPasses.addPass(LICMPass(LICMOptions()));
  passes.addPass(createFunctionToLoopPassAdaptor(std::move(loopPasses), /*UseMemorySSA=*/true));
  passes.addPass(EarlyCSEPass(/*UseMemorySSA=*/true));
  passes.addPass(SimplifyCFGPass());
  for (Function &function : module)
    if (!function.isDeclaration())
      passes.run(function, functions);
}

Expected<SmallVector<char, 0>> emit(Module &module, TargetMachine &target, CodeGenFileType type) {
  SmallVector<char, 0> buffer;
  raw_svector_ostream stream(buffer);
  legacy::PassManager passes;
  // As addPassesToEmitFile does, but without the second scheduler: it takes quadratic time in long blocks,
  // and the processors that the code runs on reorder instructions themselves.
  auto &machine = static_cast<CodeGenTargetMachineImpl &>(target);
  passes.add(new TargetLibraryInfoWrapperPass(target.getTargetTriple()));
  TargetPassConfig *config = machine.createPassConfig(passes);
  config->setDisableVerify(true);
  config->disablePass(&PostRASchedulerID);
  auto *functions = new MachineModuleInfoWrapperPass(&target);
  passes.add(config);
  passes.add(functions);
  if (config->addISelPasses())
    return makeError("the target has no instruction selection");
  config->addMachinePasses();
  config->setInitialized();
  if (machine.addAsmPrinter(passes, stream, nullptr, type, functions->getMMI().getContext()))
    return makeError("the target does not emit this kind of file");
  passes.add(createFreeMachineFunctionPass());
  passes.run(module);
  return buffer;
}

namespace {
/// A module that a thread of its own makes code of.
struct Part {
  LLVMContext context;
  std::unique_ptr<Module> module;
  TargetMachine *target;
  std::string object, error;

  void generate() {
    auto made = emit(*module, *target, CodeGenFileType::ObjectFile);
    if (made)
      object.assign(made->data(), made->size());
    else
      error = toString(made.takeError());
  }
};
} // namespace

/// Does something for both parts, at once if there are two.
static void forEach(std::array<Part, 2> &parts, void (*work)(Part &)) {
  std::thread other;
  if (parts[1].module) {
    try {
      other = std::thread(work, std::ref(parts[1]));
    } catch (const std::system_error &) { // no thread to be had
      work(parts[1]);
    }
  }
  work(parts[0]);
  if (other.joinable())
    other.join();
}

Expected<Code> compileCode(mlir::ModuleOp source, const ModelDescription &description, TargetMachine &target,
                           Timings &timings) {
  Stopwatch watch(timings);
  Code code{description, getCompilerName(target.getTargetCPU().str()), getChecks(source), {}, {}};
  mlir::OwningOpRef<mlir::ModuleOp> second = splitModule(source);
  std::unique_ptr<TargetMachine> secondTarget;
  std::array<Part, 2> parts;
  parts[0].target = &target;
  if (second) {
    auto made = makeTargetMachine({});
    if (!made)
      return made.takeError();
    secondTarget = std::move(*made);
    parts[1].target = secondTarget.get();
  }
  for (auto [part, module] : zip_equal(parts, std::array{source, second.get()})) {
    if (!module)
      continue;
    auto translated = translate(module, part.context, *part.target);
    if (!translated)
      return translated.takeError();
    part.module = std::move(*translated);
  }
  for (auto [entry, name] : llvm::enumerate(entryNames))
    if (any_of(parts, [&, name = StringRef(name)](Part &part) {
          Function *function = part.module ? part.module->getFunction(name) : nullptr;
          return function && !function->isDeclaration();
        }))
      code.entries.push_back(static_cast<int>(entry));
  watch.lap("to LLVM IR");
  forEach(parts, [](Part &part) { optimize(*part.module, *part.target); });
  watch.lap("LLVM passes");
  forEach(parts, [](Part &part) { part.generate(); });
  for (Part &part : llvm::reverse(parts)) {
    if (!part.error.empty())
      return makeError(part.error);
    if (part.module)
      code.objects.push_back(std::move(part.object));
  }
  watch.lap("code generation");
  return code;
}

} // namespace astragal::driver
