// What cannot be cooked is not served.
#include "interface.h"

namespace solution {

void serve(snag::promise<int> meal, int dish) {
  try {
    meal.set_value(cook(dish));
  } catch (const NotOnTheMenu&) {
    // The thread must not end by an exception.
  }
}

}  // namespace solution
