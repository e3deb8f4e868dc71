// The exception goes to whoever waits for the meal.
#include "interface.h"

#include <exception>

namespace solution {

void serve(snag::promise<int> meal, int dish) {
  try {
    meal.set_value(cook(dish));
  } catch (const NotOnTheMenu&) { meal.set_exception(std::current_exception()); }
}

}  // namespace solution
