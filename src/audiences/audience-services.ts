import { ChunkMemory } from "./chunk-memory";

/** What a process keeps for audiences. */
export interface AudienceServices {
  readonly memory: ChunkMemory;
  /** Partners are told of no fewer members than this, and only in multiples of it. */
  readonly minimumGroup: number;
}

export const audienceDefaults = { memoryMegabytes: 256, minimumGroup: 50 } as const;

export function audienceServices({
  memoryMegabytes = audienceDefaults.memoryMegabytes as number,
  minimumGroup = audienceDefaults.minimumGroup as number,
} = {}): AudienceServices {
  return { memory: new ChunkMemory(memoryMegabytes), minimumGroup };
}
