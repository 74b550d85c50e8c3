import { limitAtLeast } from "../../src/domain/time-limit.ts";

/** In true time a busy machine is slow. Only a test of the limits themselves takes the usual ones: it clears this. */
process.env.VULCAN_OPS_READ_TIMEOUT = "60";
limitAtLeast(0);
