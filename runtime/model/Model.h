//===- Model.h - a compiled model with its data -----------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines Model: an astragal_model, from a JIT or a library alike, with data bound to it. It says
// what the model's quantities are; Evaluation.h computes them.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_MODEL_MODEL_H
#define ASTRAGAL_RUNTIME_MODEL_MODEL_H

#include "runtime/abi.h"
#include "runtime/io/Data.h"
#include "runtime/model/Binding.h"
#include "runtime/model/Printer.h"
#include "runtime/pool/WorkspacePool.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace astragal::profile {
class Profiler;
class Recorder;
} // namespace astragal::profile

namespace astragal::model {

/// Compiles an entry (ASTRAGAL_LOG_DENSITY ...) on first use; null if it cannot. Never called by two threads
/// at once.
using EntryProvider = std::function<astragal_function(int entry)>;

/// An output variable with its sizes.
struct Variable {
  std::string name;
  int block; ///< ASTRAGAL_PARAMETER, ASTRAGAL_TRANSFORMED or ASTRAGAL_GENERATED
  bool isInt;
  int arrayRank;             ///< the last dims.size() - arrayRank dimensions are a vector's or a matrix's
  std::vector<int64_t> dims; ///< empty for a scalar
  int64_t size;              ///< number of elements
  int64_t offset;            ///< where they begin among all output values
  int64_t unconstrainedSize; ///< of a parameter; 0 otherwise
  int64_t unconstrainedOffset;
};

struct ModelOptions {
  uint64_t seed = 0;               ///< of random numbers in transformed data
  EntryProvider provider;          ///< asked for entries that are null
  std::shared_ptr<void> owner;     ///< kept as long as the model, as Library::handle()
  size_t poolSize = 64;            ///< idle workspaces kept
  PrintSink print = printToStdout; ///< takes what print statements write; empty: nobody does
  /// The text of a source file that a check names, for messages to show the line; without a name that of the
  /// program. Empty: it is not at hand.
  std::function<std::string(const std::string &file)> source;
  /// Takes what data loses that is kept in single precision, a line each, while it is bound.
  std::function<void(const std::string &text)> warn;
  profile::Profiler *profiler = nullptr; ///< takes what profiled code measures; outlives the model
};

class Model {
public:
  /// Binds the data: checks names, types and shapes, and computes all that depends on data alone.
  /// Throws Error: Data for wrong data, Model for a model that does not fit or an entry that is not compiled.
  Model(const astragal_model &description, const io::Data &data, ModelOptions options = {});
  Model(const Model &) = delete;
  Model &operator=(const Model &) = delete;

  std::string name() const { return model.name ? model.name : "model"; }
  std::string compiler() const { return model.compiler ? model.compiler : ""; }
  const astragal_model &description() const { return model; }

  /// The number of unconstrained parameters.
  int64_t dimension() const { return numUnconstrained; }
  /// Parameters, transformed parameters, generated quantities, in the order of declaration.
  const std::vector<Variable> &variables() const { return outputs; }
  int64_t numParameterValues() const { return parameterValues; }     ///< parameters alone
  int64_t numConstrainedValues() const { return constrainedValues; } ///< and transformed parameters
  int64_t numOutputValues() const { return outputValues; }           ///< and generated quantities
  /// Whether generating does more than constraining: there are generated quantities, or statements that print
  /// or check.
  bool hasGenerated() const { return model.has_generated; }

  /// Names of all output values as CSV files have them: "theta.2.1", the first index fastest.
  const std::vector<std::string> &columnNames() const { return names; }
  /// For each column its place in the output of an Evaluation; empty if they are the same.
  const std::vector<int64_t> &columnOrder() const { return order; }
  /// "theta.1" ... of the unconstrained values, numbered within each parameter.
  std::vector<std::string> unconstrainedNames() const;

  /// The function of an entry. Throws Error (Model) if it is null and no provider compiles it. Any thread.
  astragal_function entry(int index) const;
  bool hasEntry(int index) const;

  /// Takes what print statements write.
  const PrintSink &printSink() const { return options.print; }

  /// "file:line:column: message" of a check; its source line with a caret under it, after a line break, or
  /// nothing.
  std::string checkMessage(int32_t index) const { return describeCheck(model, index); }

  std::string quoteCheck(int32_t index) const;
  /// " (declared at model.stan:3:8)" of an output variable, and the source line.
  std::string declaration(const std::string &variable) const;

  /// Runs a function that explains, with the inputs of a call and memory of its own: what the first failed
  /// check says, with its values and its source line, and which one it is. Empty if none fails.
  std::string explain(astragal_function function, astragal_call call, size_t outputs,
                      int32_t *check = nullptr) const;

  /// "d.json:2: variable 'y' is nan (element 3)" of the data, or nothing; of infinite numbers the same.
  const std::string &describeNanInData() const { return nanInData; }
  const std::string &describeInfinityInData() const { return infinityInData; }
  /// Adds the first of them to a message that shows a NaN.
  std::string blameData(const std::string &message) const;

  /// The check of the model block that data alone fails, or -1: then every point is rejected, and this is
  /// why.
  int32_t rejectedBy() const { return rejecting; }
  const std::string &rejection() const { return whyRejected; }

  profile::Profiler *profiler() const { return options.profiler; }

  /// Of all evaluations of this model.
  pool::WorkspacePool &workspaces() const { return pool; }
  /// A size that was enough so far.
  size_t workspaceBytes() const { return workspaceSize.load(std::memory_order_relaxed); }
  void noteWorkspaceBytes(size_t bytes) const;

  /// Fills the fields that all evaluations share.
  void prepareCall(astragal_call &call) const;

private:
  /// Runs an entry of the preparation, growing blocks as it asks. Throws Error (Data) if a check fails that
  /// is not one of points.
  void runSetup(int index, astragal_call &call, pool::Workspace &workspace, const io::Data &data);
  /// A line break, the source line and a caret, under so many characters.
  std::string quote(const std::string &file, uint32_t line, uint32_t column, size_t length = 1) const;
  void readSizes(pool::Workspace &workspace, const io::Data &data);
  /// A message of a check that failed while data was bound, with the place in the data.
  std::string nameData(const std::string &message, const io::Data &data) const;
  /// What a failed check of `prepare` means. Throws Error (Data) if it is the end.
  void explainData(const astragal_call &call, const io::Data &data);
  /// What a check of the model block says that fails wherever the parameters are.
  std::string explainAnywhere(const astragal_call &call) const;

  const astragal_model &model;
  ModelOptions options;
  Binding binding;
  pool::Block prepared;
  profile::Recorder *recorder = nullptr; // of the preparation
  mutable pool::WorkspacePool pool;
  mutable std::atomic<size_t> workspaceSize{4096};
  mutable std::atomic<astragal_function> entries[ASTRAGAL_NUM_ENTRIES];
  mutable std::mutex providerMutex;

  int64_t numUnconstrained = 0, parameterValues = 0, constrainedValues = 0, outputValues = 0;
  std::vector<Variable> outputs;
  std::vector<std::string> names;
  std::string nanInData, infinityInData, whyRejected;
  int32_t rejecting = -1;
  std::vector<int64_t> order;
};

} // namespace astragal::model

#endif // ASTRAGAL_RUNTIME_MODEL_MODEL_H
