// What goes over the socket: the methods that this client knows by type.
// docs/wire-api/ has the whole API; Client.call takes any method by name.

export type Point = [number, number, number];

export interface Dimensions {
  width: number;
  height: number;
}

export interface ProjectParams {
  /** Absent: the project that all clients share. */
  project_id?: string | undefined;
}

/** Also what a render looks like in a list. Times are Unix seconds. */
export interface RenderFile {
  path: string;
  size: number;
  format: string;
  dimensions: Dimensions;
  checksum: string;
  created_at: number;
  /** 0: the file is the client's and stays. */
  expires_at: number;
}

export interface RenderRecord extends RenderFile {
  id: string;
  session_id: string;
  ttl_remaining: number;
  pinned: boolean;
  encrypted: boolean;
}

/** Pixels in a file: RGBA, 8 bits each, straight alpha, top row first. */
export interface Mapping {
  offset: number;
  length: number;
  stride: number;
  pixel_format: string;
}

export interface Degraded {
  requested: string;
  delivered: string;
  reason: string;
  message: string;
}

export interface RenderSceneParams extends ProjectParams {
  width: number;
  height: number;
  camera_preset?: string | undefined;
  camera?: Record<string, unknown> | undefined;
  options: Record<string, unknown>;
}

export interface RenderReply {
  success: boolean;
  /** Absent when the picture came inline. */
  file?: RenderFile;
  image?: { data: string; format: string; dimensions: Dimensions };
  render: {
    id?: string;
    cached: boolean;
    render_ms: number;
    transfer_ms: number;
  };
  camera: Record<string, unknown>;
  mapping?: Mapping;
  degraded?: Degraded;
}

export interface View {
  index: number;
  name: string;
  file?: RenderFile;
  render?: { id?: string; cached?: boolean };
  camera?: Record<string, unknown>;
}

export interface Sheet {
  columns: number;
  width: number;
  height: number;
  file?: RenderFile;
  render?: { id?: string; cached?: boolean };
}

export interface RenderViewsReply {
  success: boolean;
  count: number;
  /** Absent where there is a sheet alone. */
  views?: View[];
  sheet?: Sheet;
}

export interface Layer {
  id: number;
  name: string;
  visible: boolean;
  mode: string;
  voxels: number;
  active: boolean;
  /** The lowest and the highest voxel, both within; null without voxels. */
  bounds: { min: Point; max: Point } | null;
}

export interface ProjectInfo {
  project_id: string;
  has_scene: boolean;
  name: string;
  layer_count: number;
  voxels: number;
  undo_steps: number;
  redo_steps: number;
  active_layer: number;
}

export interface BoundingBox {
  empty: boolean;
  min?: Point;
  size?: Point;
  max_inclusive?: Point;
}

export interface ColorCount {
  color: string;
  count: number;
  percentage: number;
}

export interface WrittenFile {
  path: string;
  size: number;
}

export interface BatchReply {
  success: boolean;
  total_operations: number;
  successful_operations: number;
  failed_operations: number;
}

type NoParams = Record<string, never>;
type RenderId = { id: string };

/** Parameters and result of each method. */
export interface DaemonMethods {
  "goxel.hello": [
    { client?: string; protocol?: { min: number; max: number } },
    {
      protocol: number;
      version: string;
      pid: number;
      features: string[];
      limits: Record<string, number>;
      paths: Record<string, string>;
    },
  ];
  "goxel.ping": [NoParams, { pong: boolean; timestamp: number }];
  "goxel.create_project": [
    ProjectParams & { name?: string },
    { success: boolean; name: string },
  ];
  "goxel.close_project": [{ project_id: string }, { success: boolean }];
  "goxel.load_project": [
    ProjectParams & { path: string },
    {
      success: boolean;
      name: string;
      format: string;
      layers: number;
      voxels: number;
    },
  ];
  "goxel.export_model": [
    ProjectParams & { path: string; format?: string | undefined },
    {
      success: boolean;
      path: string;
      size: number;
      files: WrittenFile[];
      warnings: string[];
    },
  ];
  "goxel.get_project_info": [ProjectParams, ProjectInfo];
  "goxel.list_projects": [NoParams, { count: number; projects: ProjectInfo[] }];
  "goxel.list_layers": [ProjectParams, { count: number; layers: Layer[] }];
  "goxel.get_bounding_box": [
    ProjectParams & { layer_id?: number },
    BoundingBox,
  ];
  "goxel.get_color_histogram": [
    ProjectParams & { layer_id?: number; top_n?: number; bin_size?: number },
    { histogram: ColorCount[]; total_voxels: number },
  ];
  "goxel.batch_operations": [
    ProjectParams & { operations: object[]; atomic?: boolean },
    BatchReply,
  ];
  "goxel.undo": [ProjectParams, { undo_steps: number; redo_steps: number }];
  "goxel.redo": [ProjectParams, { undo_steps: number; redo_steps: number }];
  "goxel.render_scene": [RenderSceneParams, RenderReply];
  "goxel.render_views": [
    RenderSceneParams & Record<string, unknown>,
    RenderViewsReply,
  ];
  "goxel.encode_render": [
    RenderId & { format?: string; checksum?: string },
    {
      success: boolean;
      file: RenderFile;
      render: { id: string; cached: boolean };
    },
  ];
  "goxel.get_render_info": [
    RenderId & { checksum?: string },
    { success: boolean; render: RenderRecord; mapping?: Mapping },
  ];
  "goxel.list_renders": [
    { from?: number; limit?: number },
    {
      renders: RenderRecord[];
      count: number;
      total_size: number;
      next?: number;
    },
  ];
  "goxel.touch_render": [
    RenderId & { ttl_seconds?: number | undefined },
    { success: boolean; render: RenderRecord },
  ];
  "goxel.cleanup_render": [RenderId, { success: boolean; freed_bytes: number }];
}

export type MethodName = keyof DaemonMethods;
export type ParamsOf<M extends MethodName> = DaemonMethods[M][0];
export type ResultOf<M extends MethodName> = DaemonMethods[M][1];
