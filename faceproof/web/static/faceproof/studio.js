// What the pages do beyond forms and links. Each module listens for its own elements; none keeps anything in the browser.
import "./choosing.js";
import "./taking.js";
import "./sending.js";
import "./sitting.js";
import "./avatars.js";
import "./tuning.js";
import "./copying.js";
