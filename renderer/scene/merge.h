// The three-way merge of scenes: what one editor changed becomes part of a
// scene that others have changed meanwhile.
//
// Thread safety: may be called from any thread, for different targets.

#ifndef RENDERER_SCENE_MERGE_H_
#define RENDERER_SCENE_MERGE_H_

#include "renderer/scene/scene.h"

namespace goxel {

// Makes in `target` the changes that lead from `base` to `changed`, and no
// others:
//
// - A voxel, a name, a mode or any other part of a layer that was changed is as
//   in `changed`, whatever became of it in `target`; what was not changed stays
//   as it is there.
// - A layer that was added comes above the one that it is above in `changed`.
//   Where `target` has gained another layer with its id, it gets the next free
//   id.
// - A layer that was removed goes. One that `target` has lost stays lost, with
//   all that was changed in it.
// - Layers that were put into another order take that order among themselves.
//
// Layers are told apart by their ids. Time grows with the number of tiles that
// differ in both scenes, and of tiles of layers that do. Volumes of clones are
// merged as they are; UpdateClones() is the caller's.
//
// REQUIRES: `target` was copied from the same scene as `changed`, `base`, and
// then edited.
void MergeScene(const Scene& base, const Scene& changed, Scene& target);

// The same for voxels alone.
void MergeVolume(const Volume& base, const Volume& changed, Volume& target);

}  // namespace goxel

#endif  // RENDERER_SCENE_MERGE_H_
