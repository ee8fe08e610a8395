import { ChunkMemory } from "./chunk-memory";

/** What a process keeps for audiences. */
export interface AudienceServices {
  readonly memory: ChunkMemory;
  /** Partners are told of no fewer members than this, and only in multiples of it. */
  readonly minimumGroup: number;
}

export function audienceServices({ memoryMegabytes = 256, minimumGroup = 50 } = {}): AudienceServices {
  return { memory: new ChunkMemory(memoryMegabytes), minimumGroup };
}
