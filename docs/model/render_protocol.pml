/* The protocol by which renders come, are read, are recycled and go: one
 * writer, READERS readers, FILES files, RENDERS renders, and a writer that is
 * killed once, between any two steps. Checked exhaustively by spin; the page
 * protocol-model.md says what is modelled and how to run it.
 *
 * Each statement is one step that others may come in between; what stands in
 * atomic{} is one system call. A macro WITHOUT_... removes one protection: spin
 * must then find an error, or the model proves nothing.
 */

#define FILES 2
#ifndef RENDERS
#define RENDERS 2
#endif
#ifndef READERS
#define READERS 1
#endif
#define EPOCHS 2
#ifndef ROUNDS
#define ROUNDS 1
#endif

#define EMPTY 0
#define PENDING 1
#define READY 2

/* A file: the id in its header and the render that its upper and lower half
 * show (0: nothing yet). */
byte header[FILES];
byte upper[FILES];
byte lower[FILES];

/* The kernel's view of it: its lease, and how many have it open or mapped. */
bool exclusive[FILES];
byte shared[FILES];
byte opened[FILES];

/* The directory: under a render's name, its file + 1, or 0; files that wait
 * under a hidden name for their next render. */
byte named[4];
bool spare[FILES];

/* The index of each life of the writer. A render in file f has slot f. */
typedef Slot {
  byte sequence;
  byte state;
  byte id;
  bool entry; /* Its bucket entry. */
}
typedef Index {
  Slot slot[FILES];
}
Index index[EPOCHS];
byte epoch;

/* The writer's memory, gone with it: the render in each file, or 0. */
byte held[FILES];
byte next_id = 1;

bool killed;

#define SLOT index[epoch].slot[f]
#define HAS_NO_NAME(f) \
  (named[1] != f + 1 && named[2] != f + 1 && named[3] != f + 1)
/* A file that is made anew is not one that somebody still has open. */
#define IS_FREE(f) (held[f] == 0 && opened[f] == 0 && !spare[f] && HAS_NO_NAME(f))

inline WriteSlot(new_state, new_id) {
  SLOT.sequence++;
  SLOT.state = new_state;
  SLOT.id = new_id;
  SLOT.sequence++
}

inline NameFile() {
  atomic {
    named[id] = f + 1; /* One link, or one rename of a spare. */
    spare[f] = false
  }
}

inline Make() {
  d_step {
    id = next_id;
    next_id++;
    held[f] = id
  }
  WriteSlot(PENDING, id);
  SLOT.entry = true;
#ifdef WITHOUT_HEADER_BEFORE_NAME
  NameFile();
#endif
  upper[f] = id;
  lower[f] = id;
  header[f] = id;
#ifndef WITHOUT_HEADER_BEFORE_NAME
  NameFile();
#endif
  exclusive[f] = false;
  WriteSlot(READY, id)
}

inline TryExclusive() {
  d_step {
#ifdef WITHOUT_LEASE_CHECK
    granted = true;
#else
    granted = (shared[f] == 0);
#endif
    exclusive[f] = granted
  }
}

/* The index forgets a render before its name goes. */
inline Withdraw() {
  SLOT.entry = false;
  WriteSlot(EMPTY, 0)
}

inline Recycle() {
  Withdraw();
  atomic {
    named[held[f]] = 0;
    spare[f] = true
  }
#ifndef WITHOUT_WIPED_HEADER
  header[f] = 0;
#endif
  held[f] = 0
}

inline Remove() {
  Withdraw();
  named[held[f]] = 0;
  exclusive[f] = false;
  held[f] = 0
}

inline Leave() {
  TryExclusive();
  if
  :: granted -> Recycle()
  :: granted -> Remove()
  :: !granted -> skip     /* Room is needed: never against a lease. */
  :: !granted -> Remove() /* Its time is over: the name goes, whoever reads. */
  fi
}

/* After a crash the files are the truth: the index is built from them, and
 * renamed into the place of the old one when it is complete. */
inline Restart() {
  d_step {
    f = 0;
    do
    :: f < FILES ->
       exclusive[f] = false; /* The kernel did it when the writer died. */
       spare[f] = false;
       held[f] = 0;
       f++
    :: else -> break
    od;
    id = 1;
    do
    :: id <= RENDERS ->
       if
       :: named[id] != 0 ->
          f = named[id] - 1;
          assert(header[f] == id && upper[f] == id && lower[f] == id);
          held[f] = id;
          index[1].slot[f].state = READY;
          index[1].slot[f].id = id;
          index[1].slot[f].entry = true
       :: else
       fi;
       id++
    :: else -> break
    od
  }
  epoch = 1
}

inline Serve() {
  do
  :: next_id <= RENDERS ->
     if
     :: d_step { IS_FREE(0) -> f = 0 }; Make()
     :: d_step { IS_FREE(1) -> f = 1 }; Make()
     :: d_step { spare[0] && held[0] == 0 -> f = 0 }; Make()
     :: d_step { spare[1] && held[1] == 0 -> f = 1 }; Make()
     :: else
     fi
  :: d_step { held[0] != 0 -> f = 0 }; Leave()
  :: d_step { held[1] != 0 -> f = 1 }; Leave()
  :: next_id > RENDERS -> break
  od
}

active proctype Writer() {
  byte f;
  byte id;
  bool granted;
  { Serve() } unless { killed };
  if
  :: killed ->
     Restart();
     Serve()
  :: else
  fi
}

active proctype Killer() {
  if
  :: killed = true
  :: skip
  fi
}

/* What a reader does with a render that it found: `opens`, `leases`, `knows`
 * say how far it came. */
inline MapAndLook() {
  d_step {
    opens = (named[id] != 0);
    if
    :: opens ->
       f = named[id] - 1;
       opened[f]++
    :: else
    fi
  }
  if
  :: opens ->
     d_step {
       leases = !exclusive[f];
       shared[f] = shared[f] + leases
     }
     knows = leases;
#ifndef WITHOUT_ID_CHECK
     knows = leases && header[f] == id;
#endif
     if
     :: knows ->
        /* Mapped, it shows this render and no other until it is unmapped. */
        assert(upper[f] == id);
        assert(lower[f] == id);
        assert(upper[f] == id)
     :: else
     fi;
     d_step {
       shared[f] = shared[f] - leases;
       opened[f]--
     }
  :: else
  fi
}

active [READERS] proctype Reader() {
  byte e;
  byte s;
  byte f;
  byte id;
  byte before;
  byte state;
  bool whole;
  bool opens;
  bool leases;
  bool knows;
  byte rounds = 0;
  do
  :: rounds < ROUNDS ->
     rounds++;
     e = epoch; /* Mapped once, it may be an index that was replaced. */
     if
     :: s = 0
     :: s = 1
     fi;
     if
     :: index[e].slot[s].entry ->
        before = index[e].slot[s].sequence;
        state = index[e].slot[s].state;
        id = index[e].slot[s].id;
        whole = true;
#ifndef WITHOUT_SEQUENCE
        whole = before % 2 == 0 && index[e].slot[s].sequence == before;
#endif
        if
        :: whole && state == READY ->
           assert(id != 0); /* No slot is ever read half written. */
           MapAndLook()
        :: else
        fi
     :: else
     fi
  :: else -> break
  od
}
