/* How a reader waits for a render without missing the wake-up: READERS readers,
 * each waiting for one of the renders 0 and 1, and a writer that publishes both
 * and changes other things in between. A reader that sleeps for ever on a
 * render that is there is a deadlock, which spin reports as an invalid end
 * state. Nothing here has a timeout: in the code it only stands guard against
 * the death of the writer.
 */

#define READERS 2

byte wait_word;
bool ready[2];

/* The kernel's queue: what each sleeper sleeps on; 0: awake. */
byte sleeps_on[READERS];

#define BIT(render) (1 << render)

/* FUTEX_WAKE_BITSET: everybody whose bits meet `bits`. */
inline Wake(bits) {
  d_step {
    if
    :: sleeps_on[0] & (bits) -> sleeps_on[0] = 0
    :: else
    fi;
    if
    :: sleeps_on[1] & (bits) -> sleeps_on[1] = 0
    :: else
    fi
  }
}

inline Publish(render) {
#ifdef WITHOUT_PUBLISH_BEFORE_EVENT
  wait_word++;
  ready[render] = true;
#else
  ready[render] = true;
  wait_word++;
#endif
#ifdef WITHOUT_OWN_BIT
  Wake(BIT(1 - render))
#else
  Wake(BIT(render))
#endif
}

active proctype Writer() {
  byte noise = 0;
  do
  :: !ready[0] -> Publish(0)
  :: !ready[1] -> Publish(1)
  /* Another render of the same word: nobody who waits for this one wakes. */
  :: noise < 2 ->
     noise++;
     wait_word++
  :: ready[0] && ready[1] -> break
  od
}

active [READERS] proctype Reader() {
  byte me = _pid - 1;
  byte render;
  byte seen;
  if
  :: render = 0
  :: render = 1
  fi;
  do
  :: true ->
     seen = wait_word;
     if
     :: ready[render] -> break
     :: else
     fi;
     /* FUTEX_WAIT_BITSET: the kernel compares and sleeps in one step. */
     d_step {
#ifdef WITHOUT_COMPARISON
       sleeps_on[me] = BIT(render)
#else
       if
       :: wait_word == seen -> sleeps_on[me] = BIT(render)
       :: else
       fi
#endif
     }
     sleeps_on[me] == 0
  od
}
