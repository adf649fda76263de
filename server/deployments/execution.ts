import type { Holder, OperationRow } from "../promotions/operations";
import type { PromotionRow } from "../promotions/rows";
import type { DeploymentRow, InstallationOrder } from "./rows";

export type Execution = {
  promotion: PromotionRow;
  deployment: DeploymentRow;
  operation: OperationRow;
  order: InstallationOrder;
  holder: Holder;
  /** Taken over from a holder that went silent: what it did is asked for before anything is done again. */
  isResumed: boolean;
};
