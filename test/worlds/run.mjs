// Compiles the sources of the worlds, and plays them: npm run worlds -- --seeds 100
import { imported } from "../support/compiled-program.mjs";

const { main } = await imported("test/worlds/main");
process.exit(await main(process.argv.slice(2)));
