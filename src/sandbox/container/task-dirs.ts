import type { Task } from "../ecs/model.ts";
import type { ContainerFolder } from "./task-dir.ts";

/** Where the containers of one world have their folders. */
export interface ContainerHost {
  enter(task: Task): Promise<ContainerFolder>;
  leave(task: Task): void;
}
