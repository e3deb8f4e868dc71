// The code that copies of the process inherit as mapped pages, so that they need not look it up again. Which pages an
// execution needs is learnt from the first ones.
#pragma once

namespace snag::instrument::inherited_code {

/// Once, before the first copy. Not under a debugger, whose breakpoints stand in the code.
void begin();
/// In the process that is about to be copied.
void before_copy();
/// In the copy, when the execution has ended.
void at_end_of_copy();

}  // namespace snag::instrument::inherited_code
