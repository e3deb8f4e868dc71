/* Parts of an unmodified program, C or C++, whose plain accesses snag does not look at: statistics that may be wrong, for
 * one. Threads do not switch at them, and no checker is told of them. Without snag's runtime this does nothing. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif
__attribute__((weak)) void snag_ignore_begin(void);
__attribute__((weak)) void snag_ignore_end(void);
#ifdef __cplusplus
}
#endif

/* Between these two, on this thread. They nest. */
#define SNAG_IGNORE_BEGIN()                          \
  do {                                               \
    if (snag_ignore_begin != 0) snag_ignore_begin(); \
  } while (0)
#define SNAG_IGNORE_END()                        \
  do {                                           \
    if (snag_ignore_end != 0) snag_ignore_end(); \
  } while (0)

#ifdef __cplusplus
namespace snag {
/* The same, as long as it lives. */
class Ignore {
 public:
  Ignore() { SNAG_IGNORE_BEGIN(); }
  Ignore(const Ignore&) = delete;
  Ignore& operator=(const Ignore&) = delete;
  ~Ignore() { SNAG_IGNORE_END(); }
};
}  // namespace snag
#endif
