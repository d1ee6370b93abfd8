// The pages about the API are complete as they are served; the chip is live here too.

import { follow } from "./shell.js";

follow({});
