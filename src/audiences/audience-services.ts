import { ChunkMemory } from "./chunk-memory";
import { PreviewBudget } from "./preview-budget";

/** What a process keeps for audiences. */
export interface AudienceServices {
  readonly memory: ChunkMemory;
  /** Partners are told of no fewer members than this, and of more with noise of up to as many. */
  readonly minimumGroup: number;
  readonly previews: PreviewBudget;
}

export function audienceServices({ memoryMegabytes = 256, minimumGroup = 50 } = {}): AudienceServices {
  return { memory: new ChunkMemory(memoryMegabytes), minimumGroup, previews: new PreviewBudget() };
}
