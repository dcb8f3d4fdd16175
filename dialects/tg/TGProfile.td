//===- TGProfile.td - where the clock is read ---------------*- tablegen -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TG_PROFILE_TD
#define ASTRAGAL_TG_PROFILE_TD

def TG_ClockResource : Resource<"::astragal::tg::ClockResource">;

def TG_MarkOp : TG_Op<"mark", [MemoryEffects<[MemWrite<TG_ClockResource>]>]> {
  let summary = "Read the clock: what ran since it was read last belongs to a region of code";
  let description = [{
    Ends one run of a region and adds the time since the mark before, whichever that was, to the region's. So every moment
    of an evaluation belongs to one region, and a region that holds others has what is left between them. `begin` starts an
    entry, and nothing before it counts. `rows` says how many iterations a loop had in this run.

    Regions are numbered over all of a model from 0; the module attribute `prob.regions` describes them (`mark-regions`).
    Where nobody wants a profile (`astragal_call::profile` is null), nothing is read.

    ```mlir
    tg.mark begin 3
    tg.mark 4 rows(%n)
    ```
  }];
  let arguments = (ins UnitAttr:$begin, I32Attr:$region, Optional<Index>:$rows);
  let assemblyFormat = "(`begin` $begin^)? $region (`rows` `(` $rows^ `)`)? attr-dict";
}

#endif // ASTRAGAL_TG_PROFILE_TD
