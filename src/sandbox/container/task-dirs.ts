import type { Task } from "../ecs/model.ts";
import type { TaskContainer } from "../ecs/task-container.ts";
import type { ContainerFolder } from "./task-dir.ts";

/** Where the containers of one world have their folders. */
export interface ContainerHost {
  enter(task: Task, container: TaskContainer): Promise<ContainerFolder>;
  leave(container: TaskContainer): void;
}
