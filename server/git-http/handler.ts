import { contextFor } from "../runtime";
import { gitAccess } from "./access";
import { createGitHandler } from "./backend";
import { limitFailures } from "./failures";

/** Everything under /git/ of the running installation. */
export const handleGit = limitFailures(createGitHandler(gitAccess(contextFor)));
