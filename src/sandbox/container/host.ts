import type { Task } from "../ecs/model.ts";
import type { ContainerFolder } from "./folder.ts";

/** Where the containers of one world have their folders. */
export interface ContainerHost {
  enter(task: Task): Promise<ContainerFolder>;
  leave(task: Task): void;
}
