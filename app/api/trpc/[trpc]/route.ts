import { answerTrpc } from "@/server/trpc/answer";
import { createContext } from "@/server/trpc/create-context";

function handle(request: Request): Promise<Response> | Response {
  return answerTrpc(request, createContext);
}

export { handle as GET, handle as POST };
